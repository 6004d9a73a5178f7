// Values that the console stores, each under a name, in this browser or for this tab only. A browser that stores nothing
// causes no error. Tokens are never stored.

const PREFIX = 'tillgate.';

/** A tab keeps its values over a reload, and loses them when it is closed. */
type Area = 'browser' | 'tab';

const storageOf = (area: Area) => (area === 'tab' ? sessionStorage : localStorage);

export function read(name: string, area: Area = 'browser'): string | undefined {
  try {
    return storageOf(area).getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** False if the browser has no room or does not allow it. */
export function write(name: string, value: string, area: Area = 'browser'): boolean {
  try {
    storageOf(area).setItem(PREFIX + name, value);
    return true;
  } catch {
    return false;
  }
}

/** A stored JSON value; undefined if there is none, or none that can be parsed. */
export function readJson(name: string, area: Area = 'browser'): unknown {
  try {
    return JSON.parse(read(name, area) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}
