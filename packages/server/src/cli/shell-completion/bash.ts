// The script for bash. Names and choices are those of the tables: letters, digits and dashes.

import type { CompletedCommand, Values } from './completed-command.ts';
import { firstWords, secondWord, valuesOf } from './completed-command.ts';

export function bashScript(all: readonly CompletedCommand[]): string {
  const words = firstWords(all);
  const groups = words.filter(({ members }) => members.length > 0);
  return `# Completion of tillgate in bash, made by: tillgate shell-completion bash
_tillgate() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]}
  local name=\${COMP_WORDS[1]} offered='' first=2
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    offered='${words.map(({ word }) => word).join(' ')} help'
    COMPREPLY=($(compgen -W "$offered" -- "$current"))
    return
  fi
  case $name in
${groups
  .map(
    ({ word, members }) => `    ${word})
      if ((COMP_CWORD == 2)); then
        COMPREPLY=($(compgen -W '${members.map(secondWord).join(' ')}' -- "$current"))
        return
      fi
      name+=" \${COMP_WORDS[2]}" first=3
      ;;`,
  )
  .join('\n')}
  esac
  case $name in
${all.map(caseOf).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$offered" -- "$current"))
}
complete -F _tillgate tillgate
`;
}

function caseOf({ name, options, choices }: CompletedCommand): string {
  const names = Object.keys(options).map((option) => `--${option}`);
  const withValue = Object.entries(options).filter(([, { type }]) => type === 'string');
  const values = withValue.map(
    ([option, declared]) => `        --${option}) ${offer(valuesOf(declared))} ;;`,
  );
  return `    '${name}')
      case $before in
${values.join('\n')}
      esac
      offered='${[...names, '--help'].join(' ')}'
      ((COMP_CWORD == first)) && offered+=' ${choices.join(' ')}'
      ;;`;
}

function offer(values: Values): string {
  if (values === 'nothing') return 'return';
  if (values === 'files') {
    return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return';
  }
  return `COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$current")); return`;
}
