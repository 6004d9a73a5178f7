// The address of a connection: its parameters under the names that they mean [C-2.27], and the integration and
// version that it leads to [C-2.2].

/** The integration and version of a connection; they may be unknown ones. */
export interface Endpoint {
  readonly integration: string;
  /** Only tills name one; for waiters and card machines it is v1 [C-10.14, C-13.4]. */
  readonly version: string;
  /** The epos-id of a till that resumes its pending requests after a reconnect [C-4.40]. */
  readonly eposId?: string;
}

/** As much of a `URL` as is needed. */
interface Address {
  readonly pathname: string;
  readonly search: string;
  readonly hash?: string;
}

/** An address without its fragment. */
export interface SplitAddress {
  /** All before the query, as it was given. */
  readonly path: string;
  /** As it was given, except for the names in `misspelt`; empty if there is none. */
  readonly query: string;
  /** The names of the parameters that were spelt in another way [C-2.27]. */
  readonly misspelt: readonly string[];
}

/** The parameters of a till's address [C-2.2]. */
export const tillParameters = [
  'token',
  'api-version',
  'software-house-id',
  'installer-id',
  'final-pos-receipt-request',
  '[final-pos-receipt-request]',
  'final-pos-receipt',
  'epos-id',
] as const;

const names: ReadonlySet<string> = new Set([...tillParameters, 'tid']);
const nameByLetters = new Map([...names].reverse().map((name) => [lettersOf(name), name]));

/** What stands for `&` in an address that was copied from HTML or XML. */
const AMPERSANDS = /&(?:(?:amp|#38|#x26);)+/gi;

/**
 * Reads an address such as `wss://shop1.pay.example/pac?token=…&api-version=v1`. The version is v0 if a till
 * names none. A path before the last part, such as that of a proxy, is ignored. Nothing is checked.
 */
export function parseEndpoint({ pathname, search, hash = '' }: Address): Endpoint {
  const integration = pathname.toLowerCase().split('/').findLast(Boolean) ?? '';
  const isTill = integration === 'pac' || integration === 'pat';
  const { query } = splitAddress(search + hash);
  const eposId = integration === 'pac' ? parameterIn(query, 'epos-id') : undefined;
  return {
    integration,
    version: isTill ? (parameterIn(query, 'api-version') ?? 'v0') : 'v1',
    ...(eposId !== undefined && { eposId }),
  };
}

/** Splits an address, or a part of one, and brings the names of its parameters into their usual spelling. */
export function splitAddress(address: string): SplitAddress {
  const [whole = ''] = address.replace(AMPERSANDS, '&').split('#', 1);
  const mark = whole.indexOf('?');
  if (mark < 0) return { path: whole, query: '', misspelt: [] };
  const misspelt: string[] = [];
  const parameters = whole
    .slice(mark + 1)
    .split('&')
    .map((text) => {
      const [given = ''] = text.split('=', 1);
      const name = meantName(decoded(given));
      if (name === decoded(given)) return text;
      misspelt.push(name);
      return name + text.slice(given.length);
    });
  return { path: whole.slice(0, mark), query: parameters.join('&'), misspelt };
}

/** The parameter with the same letters; the name itself if there is none. */
function meantName(given: string): string {
  return names.has(given) ? given : (nameByLetters.get(lettersOf(given)) ?? given);
}

function lettersOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}

/** The value of the first parameter of that name. */
function parameterIn(query: string, name: string): string | undefined {
  const found = query.split('&').find((text) => decoded(text.split('=', 1)[0] ?? '') === name);
  return found && decoded(found.slice(found.indexOf('=') + 1 || found.length));
}

/** As in `application/x-www-form-urlencoded`; a text with broken escapes stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
