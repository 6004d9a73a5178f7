// The script for zsh, with explanations.

import type { CompletedCommand, Values } from './completed-command.ts';
import { firstWords, secondWord, valuesOf } from './completed-command.ts';

export function zshScript(all: readonly CompletedCommand[]): string {
  const words = firstWords(all);
  const groups = words.filter(({ members }) => members.length > 0);
  const first = [...words, { word: 'help', about: 'Tell more about a command.' }];
  return `#compdef tillgate
# Completion of tillgate in zsh, made by: tillgate shell-completion zsh
_tillgate() {
  local name=$words[2]
  local -a offered
  if ((CURRENT == 2)); then
    offered=(${first.map(({ word, about }) => described(word, about)).join(' ')})
    _describe command offered
    return
  fi
  case $name in
${groups
  .map(
    ({ word, members }) => `    ${word})
      if ((CURRENT == 3)); then
        offered=(${members.map((one) => described(secondWord(one), one.about)).join(' ')})
        _describe command offered
        return
      fi
      name="$name $words[3]"
      shift words
      ((CURRENT--))
      ;;`,
  )
  .join('\n')}
  esac
  shift words
  ((CURRENT--))
  case $name in
${all.map(caseOf).join('\n')}
  esac
}
compdef _tillgate tillgate
`;
}

function caseOf({ name, options, choices }: CompletedCommand): string {
  const specs = Object.entries(options).map(([option, declared]) => {
    const again = declared.multiple ? '*' : '';
    const value = declared.type === 'string' ? `:value:${action(valuesOf(declared))}` : '';
    return quoted(`${again}--${option}[${escaped(declared.about)}]${value}`);
  });
  const first = choices.length > 0 ? [quoted(`1:word:(${choices.join(' ')})`)] : [];
  // Options are offered after words, too.
  const parts = [...specs, quoted('--help[Tell more.]'), ...first, quoted('*:word:()')];
  return `    '${name}') _arguments ${parts.join(' ')} ;;`;
}

function action(values: Values): string {
  if (values === 'nothing') return ' ';
  return values === 'files' ? '_files' : `(${values.join(' ')})`;
}

/** A word with its explanation, for _describe. */
function described(word: string, about: string): string {
  return quoted(`${word}:${about.replaceAll(':', '\\:')}`);
}

/** An explanation within brackets, for _arguments. */
function escaped(about: string): string {
  return about.replace(/[\\[\]:]/g, '\\$&');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
