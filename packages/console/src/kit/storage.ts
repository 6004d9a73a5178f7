// Values that the console stores in this browser, each under a name. A browser that stores nothing causes no error.
// Tokens are never stored.

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

/** A stored JSON value; undefined if there is none, or none that can be parsed. */
export function readJson(name: string): unknown {
  try {
    return JSON.parse(read(name) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}
