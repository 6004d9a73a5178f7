// `tillgate shell-completion`: a script with which a shell completes commands, their options and words. It is made
// from the tables of commands and options.

import type { Command } from './command.ts';
import { command as define } from './command.ts';
import { exitCode, UsageError } from './exit-code.ts';
import { print } from './output.ts';
import { bashScript } from './shell-completion/bash.ts';
import type { CompletedCommand } from './shell-completion/completed-command.ts';
import { fishScript } from './shell-completion/fish.ts';
import { zshScript } from './shell-completion/zsh.ts';

const scripts: Readonly<Record<string, (all: readonly CompletedCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** The table of commands, which has this one, too. */
type Commands = Readonly<
  Record<
    string,
    { readonly about: string; readonly load: () => Promise<{ readonly command: Command }> }
  >
>;

export function shellCompletion(commands: Commands): Command {
  return define({
    usage: 'shell-completion bash|zsh|fish [options]',
    about: [
      'Prints a script for a shell, which then completes commands, options and their values with the Tab',
      'key. For this shell only, until it ends:',
      '',
      '  bash   source <(tillgate shell-completion bash)',
      '  zsh    source <(tillgate shell-completion zsh)      after: autoload -U compinit; compinit',
      '  fish   tillgate shell-completion fish | source',
      '',
      'For every new shell, write the line into ~/.bashrc or ~/.zshrc, or the script into',
      '  ~/.config/fish/completions/tillgate.fish',
    ],
    words: ['bash|zsh|fish'],
    choices: Object.keys(scripts),
    options: {},
    run: async (_, [shell = '']) => {
      const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
      if (!script) {
        throw new UsageError(
          `"${shell}" is no shell: expected ${Object.keys(scripts).join(', ')}.`,
        );
      }
      print(script(await completedCommands(commands)).trimEnd());
      return exitCode.done;
    },
  });
}

/** All commands with their options and words. */
async function completedCommands(commands: Commands): Promise<readonly CompletedCommand[]> {
  const loaded = Object.entries(commands).map(async ([name, { about, load }]) => {
    const { options, choices } = (await load()).command;
    return { name, about, options, choices };
  });
  return Promise.all(loaded);
}
