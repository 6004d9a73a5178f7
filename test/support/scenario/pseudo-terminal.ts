// A program at a terminal: `script`, which every Debian has, runs it in a session of its own at a pseudo terminal.

import type { Running } from './program.ts';
import { startProgram } from './program.ts';

/** What a keyboard sends for Ctrl-C. */
export const CTRL_C = '\u0003';

export interface AtTerminal extends Running {
  /** Types a text; `\r` is Enter. */
  readonly type: (text: string) => void;
  /** Fulfilled when the terminal shows this text after now. */
  readonly shownNext: (text: string) => Promise<void>;
  /** Closes the terminal, as if its window was closed. */
  readonly hangUp: () => void;
}

export interface TerminalOptions {
  /** The whole environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly columns?: number;
}

/** Runs a command with words that need no quotes. The terminal's output is in `out`, its lines end in `\r\n`. */
export function startAtTerminal(
  words: readonly string[],
  { env, columns = 80 }: TerminalOptions,
): AtTerminal {
  const line = `stty cols ${columns}; exec ${words.join(' ')}`;
  const script = ['script', '--quiet', '--flush', '--return', '--command', line, '/dev/null'];
  const running = startProgram(script, { env: { TERM: 'xterm', SHELL: '/bin/sh', ...env } });
  return {
    ...running,
    shownNext: (wanted) =>
      new Promise((resolve) => {
        let shown = '';
        const look = (text: string): void => {
          shown += text;
          if (!shown.includes(wanted)) return;
          running.child.stdout.off('data', look);
          resolve();
        };
        running.child.stdout.on('data', look);
      }),
    type: (text) => void running.child.stdin.write(text),
    hangUp: () => void running.child.kill('SIGKILL'),
  };
}
