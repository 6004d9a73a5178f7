// Where a card machine connects, and how it gets its key [C-13.1, C-13.2]. Never repeats a key.

import type { Uri } from '../connection/address.ts';
import { hostOf, parseAddress, parseHost, uriText } from '../connection/address.ts';
import { CouldNotConnect } from '../connection/errors.ts';
import type { HttpAnswer } from '../connection/socket.ts';
import { refusalOf } from '../connection/socket.ts';

/** The parts of the address of a card machine. */
export interface LinkAddressParts {
  /**
   * Such as `wss://shop1.pay.example` or `ws://localhost:8080`; `wss://` if no scheme is given. A path, such as
   * that of a proxy in `wss://pay.example/shop1`, is kept before the path of the gateway.
   */
  readonly host: string;
  /** The machine's own key, from `pairTerminal`. */
  readonly token: string;
  /** Its identifier, as it was enrolled. */
  readonly tid: string;
}

/** Where a card machine connects: the address in its parts, or whole. */
export type LinkAddress =
  | LinkAddressParts
  | {
      /** The whole address: `wss://HOST/terminal?token=KEY&tid=TID`. */
      readonly uri: string;
    };

const PATH = '/terminal';
const TID = /^[A-Za-z0-9._-]{1,32}$/;

/** The URI to open, and the tid in it. Throws TypeError if it cannot be one. */
export function terminalUri(address: LinkAddress): { readonly uri: string; readonly tid: string } {
  const uri = 'uri' in address ? parseAddress('uri', address.uri) : uriOfParts(address);
  if (!uri.path.replace(/\/$/, '').endsWith(PATH)) {
    throw new TypeError(`uri: expected the path ${PATH} at the end.`);
  }
  const tid = checkedTid(uri.parameters.get('tid'));
  if (!uri.parameters.get('token')) throw new TypeError('token: expected a key.');
  return { uri: uriText(uri), tid };
}

/** What `pairTerminal` needs; all of it is required. */
export interface PairOptions {
  /** As for `linkTerminal`. */
  readonly host: string;
  /** The name of the site. */
  readonly site: string;
  /** 1..32 of `A-Z a-z 0-9 . _ -`. */
  readonly tid: string;
  /** 8 letters and digits from `tillgate terminal add`; good once, for 15 minutes. */
  readonly code: string;
}

/**
 * Exchanges a pairing code for the machine's own key. Store it: it is returned this once, and the key before
 * it is void. Rejects with `HandshakeRefused` (401: the code is wrong, used or too old; 429: wait) or
 * `CouldNotConnect`.
 *
 * @example
 * const token = await pairTerminal({ host, site: 'shop1', tid: '12345678', code: 'K7M2-Q9XD' });
 */
export async function pairTerminal({ host, site, tid, code }: PairOptions): Promise<string> {
  const uri = parseHost(host, `${PATH}/pair`);
  const answer = await posted(uri, { site, tid: checkedTid(tid), code });
  if (answer.status !== 201) throw refusalOf(answer);
  const key = keyIn(answer.body);
  if (key === undefined) throw new CouldNotConnect('what answered is no gateway.');
  return key;
}

async function posted(uri: Uri, body: object): Promise<HttpAnswer> {
  const asked = fetch(uriText(uri, 'http'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    cache: 'no-store',
  });
  const response = await asked.catch((cause: unknown) => {
    throw new CouldNotConnect(`${hostOf(uri)} does not answer.`, cause);
  });
  const retryAfter = response.headers.get('retry-after');
  return { status: response.status, body: await response.text(), retryAfter };
}

function keyIn(body: string): string | undefined {
  try {
    const { token } = Object(JSON.parse(body)) as { readonly token?: unknown };
    return typeof token === 'string' && token !== '' ? token : undefined;
  } catch {
    return undefined;
  }
}

function uriOfParts({ host, token, tid }: LinkAddressParts): Uri {
  return parseHost(host, PATH, { token: token ?? '', tid: tid ?? '' });
}

function checkedTid(tid: unknown): string {
  if (typeof tid === 'string' && TID.test(tid)) return tid;
  throw new TypeError('tid: expected 1..32 of A-Z a-z 0-9 . _ -.');
}
