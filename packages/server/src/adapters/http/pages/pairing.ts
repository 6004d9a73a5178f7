// Where a card machine exchanges its pairing code for its key [C-13.2]: the one page that accepts a body without
// authentication.

import type { IncomingMessage } from 'node:http';
import type {
  HandshakeAuthorizer,
  HandshakeSite,
} from '../../../application/handshake/handshake.ts';
import { upgradeRequestOf } from '../http-server.ts';
import { refusalBody, refusalHeaders } from '../refusal.ts';

export const PAIRING_PATH = '/terminal/pair';

const MAX_BODY_BYTES = 4_096;
/** Longest value that is looked up. */
const MAX_FIELD_LENGTH = 128;

interface PairingPage {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface PairingDeps {
  readonly authorizer: Pick<HandshakeAuthorizer<HandshakeSite>, 'pair'>;
  readonly behindProxy: boolean;
}

const JSON_PAGE = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };

export async function pairingPage(
  { authorizer, behindProxy }: PairingDeps,
  request: IncomingMessage,
): Promise<PairingPage> {
  if (request.method !== 'POST') {
    const body = { error: 'method_not_allowed', message: 'This address takes POST only.' };
    return page(405, body, { Allow: 'POST' });
  }
  const pairingRequest = pairingRequestOf(await readBody(request));
  if (!pairingRequest) {
    const message = 'The body must be a JSON object with site, tid and code, all of them text.';
    return page(400, { error: 'bad_request', message });
  }
  const pairing = await authorizer.pair(
    upgradeRequestOf(request, { upgrade: false, behindProxy }),
    pairingRequest,
  );
  if (pairing.accepted) return page(201, { token: pairing.token });
  const { refusal } = pairing;
  const headers = { ...JSON_PAGE, ...refusalHeaders(refusal) };
  return { status: refusal.status, headers, body: refusalBody(refusal) };
}

/** The body; undefined if it is too long. It is read to its end, so that the response arrives. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length <= MAX_BODY_BYTES) parts.push(part);
  }
  return length > MAX_BODY_BYTES ? undefined : Buffer.concat(parts).toString();
}

function pairingRequestOf(text: string | undefined) {
  const { site, tid, code } = parsed(text);
  if (!isField(site) || !isField(tid) || !isField(code)) return undefined;
  return { site, tid, code };
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text ?? 'null')) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

function isField(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_FIELD_LENGTH;
}

function page(status: number, body: object, headers: Readonly<Record<string, string>> = {}) {
  return { status, body: JSON.stringify(body), headers: { ...JSON_PAGE, ...headers } };
}
