// The script for fish, with explanations.

import type { CompletedCommand } from './completed-command.ts';
import { firstWords, secondWord, valuesOf } from './completed-command.ts';

export function fishScript(all: readonly CompletedCommand[]): string {
  const words = firstWords(all);
  const first = [...words, { word: 'help', about: 'Tell more about a command.' }];
  const lines = [
    ...first.map(({ word, about }) => line('__fish_use_subcommand', `-a ${word}`, about)),
    ...words.flatMap(({ word, members }) => {
      const seconds = members.map(secondWord).join(' ');
      const within = `__fish_seen_subcommand_from ${word}; and not __fish_seen_subcommand_from ${seconds}`;
      return members.map((one) => line(within, `-a ${secondWord(one)}`, one.about));
    }),
    ...all.flatMap(linesOf),
  ];
  return `# Completion of tillgate in fish, made by: tillgate shell-completion fish
function __tillgate_runs
    string match -q -- "tillgate $argv *" (string join -- ' ' (commandline -opc))' '
end
complete -c tillgate -f
${lines.join('\n')}
`;
}

function linesOf({ name, options, choices }: CompletedCommand): readonly string[] {
  const runs = `__tillgate_runs ${name}`;
  const named = Object.entries(options).map(([option, declared]) => {
    const values = valuesOf(declared);
    const kinds = {
      files: '-r -F',
      nothing: '-x',
      words: typeof values === 'string' ? '' : `-x -a ${quoted(values.join(' '))}`,
    };
    const value = kinds[typeof values === 'string' ? values : 'words'];
    return line(
      runs,
      `-l ${option}${declared.type === 'string' ? ` ${value}` : ''}`,
      declared.about,
    );
  });
  const offered = choices.map((choice) => line(runs, `-a ${choice}`, ''));
  return [...offered, ...named, line(runs, '-l help', 'Tell more.')];
}

function line(condition: string, what: string, about: string): string {
  const text = about === '' ? '' : ` -d ${quoted(about)}`;
  return `complete -c tillgate -n ${quoted(condition)} ${what}${text}`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
