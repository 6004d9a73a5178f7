// The servers, the token and the query parameters of an address [C-2.2], as parts of the AsyncAPI document.

import type { Integration, Version } from '../dialect/dialect.ts';

export const servers = {
  gateway: {
    host: '{site}.{domain}',
    protocol: 'wss',
    title: 'Gateway',
    summary: 'Where the tills of a shop connect.',
    description: 'TLS only. Any host name that resolves to the gateway [C-2.1, C-2.3].',
    variables: {
      site: {
        default: 'shop1',
        description: 'The first label of the host name; it names the site, in any case.',
      },
      domain: {
        default: 'pay.example',
        description: 'The rest of the host name, with a port if it is not 443.',
      },
    },
    security: [{ $ref: '#/components/securitySchemes/token' }],
  },
  loopback: {
    host: '{address}:{port}',
    protocol: 'ws',
    title: 'Gateway on this machine',
    summary: 'For development: the default site, without TLS.',
    variables: {
      address: { default: 'localhost', enum: ['localhost', '127.0.0.1', '[::1]'] },
      port: { default: '8765', description: 'As the gateway says when it starts.' },
    },
    security: [{ $ref: '#/components/securitySchemes/token' }],
  },
};

export const token = {
  type: 'httpApiKey',
  in: 'query',
  name: 'token',
  description: 'A token of the site: the only credential. It is a query parameter of the address.',
};

/** The schema of the query parameters of an address; unknown parameters are ignored [C-2.5]. */
export function querySchema(version: Version, integration: Integration) {
  const optional = integration === 'pac' ? counterOnly : tableOnly;
  if (integration === 'waiter') return query({ token: key, tid: virtual });
  if (integration === 'terminal') return query({ token: ownKey, tid: machine });
  const versionWord = { ...apiVersion, const: version };
  if (version === 'v0') {
    const free = { 'api-version': versionWord, ...partners };
    return query({ token: key }, integration === 'pac' ? { ...free, ...counterOnly } : free);
  }
  return query({ token: key, 'api-version': versionWord, ...partners }, optional);
}

function query(required: object, optional: object = {}) {
  return {
    type: 'object',
    required: Object.keys(required),
    properties: { ...required, ...optional },
  };
}

const key = { type: 'string', minLength: 1, description: 'The API key of the site.' };

const ownKey = { type: 'string', minLength: 1, description: "The card machine's own key." };

const machine = {
  type: 'string',
  minLength: 1,
  maxLength: 32,
  description: 'Which card machine this is.',
};

const virtual = {
  type: 'string',
  pattern: '^VCM[A-Za-z0-9]+$',
  description: "The waiter's virtual card machine.",
};

const apiVersion = {
  type: 'string',
  description: 'Version spoken on this connection; missing means v0.',
};

const name = { type: 'string', minLength: 1, maxLength: 128 };
const partners = {
  'software-house-id': { ...name, description: 'Maker of the till software.' },
  'installer-id': {
    ...name,
    description: 'Who installed the till; may equal software-house-id.',
  },
};

const counterOnly = {
  'epos-id': {
    type: 'string',
    pattern: '^[A-Za-z0-9._-]{1,64}$',
    description:
      'Identifies this till, so that it can resume its open transactions after a reconnect.',
  },
};

const tableOnly = {
  'final-pos-receipt-request': {
    type: 'string',
    maxLength: 0,
    description: 'A flag without a value: ask for a final receipt after a session with a payment.',
  },
};
