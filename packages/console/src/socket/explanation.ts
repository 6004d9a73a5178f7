// Explains why a connection could not be opened or has closed: what happened, and what to do. Pure. The codes are
// those of the handshake [C-2.9] and of the close frame [C-3.38 - C-3.45].

import { CloseCode } from '@tillgate/protocol';

export interface Explanation {
  readonly happened: string;
  readonly todo: string;
}

/** Keyed by the code of a refused handshake. */
const refusals: Readonly<Record<string, Explanation>> = {
  unauthorized: {
    happened: 'The token is missing or wrong.',
    todo: 'Check the token, and that it belongs to the site that the host names. A token may also be revoked, have run out, or be meant for the other integration type.',
  },
  foreign_origin: {
    happened: 'The public test token is good only for programs and pages of this machine.',
    todo: 'Open the page by localhost or 127.0.0.1 and without a proxy, or create a token: "tillgate token add".',
  },
  not_found: {
    happened: 'There is no such site or path.',
    todo: 'The first part of the host names the site. Check its spelling; "tillgate site list" shows the sites of a gateway.',
  },
  upgrade_required: {
    happened: 'Something on the way took the WebSocket upgrade out.',
    todo: 'A proxy in front of the gateway must pass on Upgrade and Connection.',
  },
  bad_handshake: {
    happened: 'The WebSocket upgrade itself is malformed.',
    todo: 'Something between this page and the gateway changes requests; look at the proxies.',
  },
  bad_host: {
    happened: 'The request had no Host header, or more than one.',
    todo: 'Something between this page and the gateway changes requests; look at the proxies.',
  },
  unknown_api_version: {
    happened: 'The gateway does not know that version.',
    todo: 'Choose v1 or v0.',
  },
  v0_closed: {
    happened: 'This site no longer accepts v0.',
    todo: 'Choose v1, or have the operator open v0 for the site.',
  },
  v1_closed: {
    happened: 'This site does not accept v1.',
    todo: 'Choose v0, or have the operator open v1 for the site.',
  },
  missing_parameter: {
    happened: 'The software house id or the installer id is missing.',
    todo: 'v1 needs both, 1 to 128 characters each. The installer id may equal the software house id.',
  },
  repeated_parameter: {
    happened: 'A parameter stands in the address more than once.',
    todo: 'Each may be given once; look at the host field.',
  },
  too_many_attempts: {
    happened: 'There were too many attempts with a wrong token.',
    todo: 'Wait until the time the gateway names has passed; then try with the right token.',
  },
  too_many_connections: {
    happened: 'The site has as many counter connections as it may have.',
    todo: 'Disconnect tills that are not needed, or raise maxConnectionsPerSite.',
  },
  shutting_down: {
    happened: 'The gateway is shutting down.',
    todo: 'Connect again in a few seconds.',
  },
};

/** The fields of the SDK's errors that are read here. */
interface Failure {
  readonly code?: unknown;
  readonly status?: unknown;
  readonly message?: unknown;
}

/** The content security policy of the page forbids the host. */
export class BlockedByPolicy extends Error {}

/** Explains why a connection could not be opened. */
export function explainRefusal(cause: unknown): Explanation {
  if (cause instanceof BlockedByPolicy) {
    return {
      happened: 'This page may talk to its own gateway only.',
      todo: 'Open the console of the gateway you mean, or copy the address and use it from a till.',
    };
  }
  const { code, status, message } = Object(cause) as Failure;
  const known = typeof code === 'string' ? refusals[code] : undefined;
  if (known) return known;
  if (typeof status === 'number') {
    return {
      happened: `The handshake was refused with HTTP status ${status}.`,
      todo: 'The answer does not look like that of a gateway: check the host and the port.',
    };
  }
  return {
    happened: typeof message === 'string' ? message : 'The line could not be opened.',
    todo: 'Check that the gateway runs, the host and port, and (with wss) that this browser trusts its certificate.',
  };
}

const closings: Readonly<Record<number, Explanation>> = {
  [CloseCode.normal]: { happened: 'Disconnected.', todo: 'Connect again when you like.' },
  [CloseCode.goingAway]: {
    happened: 'The gateway is going down.',
    todo: 'Connect again in a few seconds.',
  },
  [CloseCode.unsupportedData]: {
    happened: 'The gateway takes text messages only.',
    todo: 'Send JSON as text, not as binary frames.',
  },
  [CloseCode.abnormal]: {
    happened: 'The line broke without a word.',
    todo: 'The network dropped, or the gateway was stopped. Running transactions go on; connect again to learn how they ended.',
  },
  [CloseCode.policyViolation]: {
    happened: 'The gateway ended the line: too much of what came was unusable, or too slow.',
    todo: 'Look at the last messages in Traffic, correct them, then connect again.',
  },
  [CloseCode.messageTooBig]: {
    happened: 'A message was too long.',
    todo: 'Keep messages below 64 KB at the counter and 256 KB at the table.',
  },
  [CloseCode.internalError]: {
    happened: 'The gateway failed.',
    todo: "Connect again; the gateway's log says more.",
  },
  [CloseCode.superseded]: {
    happened: 'A newer connection of the same till has taken over.',
    todo: 'At the table a site has one till, the one that connected last; at the counter, one for each epos-id. Do not let two take turns.',
  },
  [CloseCode.tokenRevoked]: {
    happened: 'The token was revoked.',
    todo: 'Ask the operator for a new one.',
  },
};

export function explainClose(code: number, reason: string): Explanation {
  const said = reason ? `: ${reason}` : '';
  return (
    closings[code] ?? {
      happened: `The line was closed with ${code}${said}.`,
      todo: 'Connect again.',
    }
  );
}
