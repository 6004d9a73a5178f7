// Ctrl-C and SIGTERM, for every command that does not simply end by them, and the terminal that goes away.

import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

const CTRL_C = 0x03;
const CTRL_Z = 0x1a;
const CTRL_BACKSLASH = 0x1c;

/** Calls `interrupted` for each Ctrl-C and SIGTERM; returns the function that ends this. */
export function onInterrupt(interrupted: () => void): () => void {
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', interrupted);
  const isReading = isRunByPackageManager() && !keyReader.isReading && isInForeground();
  if (isReading) keyReader.start();
  return () => {
    if (isReading) keyReader.stop();
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
  };
}

/** Runs something that reads the keyboard itself, Ctrl-C included. */
export async function withKeyboard<T>(work: () => Promise<T>): Promise<T> {
  const { isReading } = keyReader;
  if (isReading) keyReader.stop();
  try {
    return await work();
  } finally {
    if (isReading) keyReader.start();
  }
}

/** Whether npm, npx or the like runs this command at a terminal. */
function isRunByPackageManager(): boolean {
  return process.stdin.isTTY && process.env.npm_config_user_agent !== undefined;
}

/**
 * Reads Ctrl-C as a key. A terminal sends the signal to npm and its shell, too: the shell then ends with 130, whatever
 * the code of the command, or npm sends the signal to the command once more.
 */
const keyReader = {
  isReading: false,
  start(): void {
    const { stdin } = process;
    this.isReading = true;
    stdin.setRawMode(true);
    stdin.on('data', pressed).on('error', ignore);
    // It does not keep the command running.
    stdin.unref();
    process.on('SIGCONT', resumed);
  },
  stop(): void {
    const { stdin } = process;
    this.isReading = false;
    process.off('SIGCONT', resumed);
    stdin.off('data', pressed).off('error', ignore);
    stdin.pause();
    stdin.setRawMode(false);
  },
};

function pressed(keys: Buffer): void {
  for (const key of keys) {
    if (key === CTRL_C) process.emit('SIGINT');
    if (key === CTRL_Z) signalAll('SIGTSTP');
    if (key === CTRL_BACKSLASH) signalAll('SIGQUIT');
  }
}

/** What the terminal would do: npm, its shell and this command get the signal. */
function signalAll(signal: NodeJS.Signals): void {
  process.stdin.setRawMode(false);
  process.kill(0, signal);
}

function resumed(): void {
  if (isInForeground()) process.stdin.setRawMode(true);
}

function ignore(): void {}

/** Whether the terminal is this command's to set: a command in the background would be stopped by the system. */
function isInForeground(): boolean {
  try {
    switch (process.platform) {
      case 'win32':
        return true;
      case 'linux': {
        // After the name, in brackets: state, parent, group, session, terminal, group in the foreground.
        const [, stat = ''] = /.*\) (.*)/s.exec(readFileSync('/proc/self/stat', 'utf8')) ?? [];
        const [, , group, , , foreground] = stat.split(' ');
        return group === foreground;
      }
      default: {
        const ps = execFileSync('ps', ['-o', 'stat=', '-p', String(process.pid)], {
          encoding: 'utf8',
        });
        return ps.includes('+');
      }
    }
  } catch {
    return false;
  }
}

/** Calls `ended` once when the program at the other end of the pipe on stdin has closed it, or has ended; never without a pipe. */
export function onInputClosed(ended: () => void): void {
  const { stdin } = process;
  const input = fstatSync(0);
  if (!input.isFIFO() && !input.isSocket()) return;
  stdin.once('close', ended).on('error', ignore).resume();
  // It does not keep the command running.
  stdin.unref();
}

export interface HangupListener {
  /** The terminal in which the command was started is gone. */
  readonly onTerminalGone: () => void;
  /** SIGHUP for any other reason. */
  readonly onSignal: () => void;
}

/**
 * Tells the two meanings of SIGHUP apart. A command that was started with a terminal as one of its standard streams
 * loses its controlling terminal when that goes away, before the signal is sent. Services have none, and
 * `nohup` redirects the streams. Returns the function that ends this.
 */
export function onHangup({ onTerminalGone, onSignal }: HangupListener): () => void {
  const { stdin, stdout, stderr } = process;
  const hasTerminal =
    (stdin.isTTY || stdout.isTTY || stderr.isTTY) &&
    // Windows has no such file, and sends the signal only when the window is closed.
    (process.platform === 'win32' || hasControllingTerminal());
  const hungUp = (): void => {
    if (hasTerminal && !hasControllingTerminal()) onTerminalGone();
    else onSignal();
  };
  process.on('SIGHUP', hungUp);
  return () => void process.off('SIGHUP', hungUp);
}

function hasControllingTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
