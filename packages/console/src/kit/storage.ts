// What this browser keeps for the console, each under one name. A browser that keeps nothing is no
// fault: then nothing is kept. Never a token.

const PREFIX = 'tillgate.';

export function read(name: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** False if the browser has no room or does not allow it. */
export function write(name: string, value: string): boolean {
  try {
    localStorage.setItem(PREFIX + name, value);
    return true;
  } catch {
    return false;
  }
}

/** What was kept as JSON; undefined if nothing was, or if it cannot be read. */
export function readJson(name: string): unknown {
  try {
    return JSON.parse(read(name) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}
