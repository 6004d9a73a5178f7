// What the commands of a waiter have in common: which gateway, which card machine, which waiter.

import { MAX_WAITER_ID } from '@tillgate/protocol';
import { isTestSite, localWaiterAddress, parametersOf } from '../address.ts';
import { UsageError } from '../exit-code.ts';
import { readTid, TEST_TID } from '../till/till-options.ts';

export const waiterOptions = {
  tid: {
    type: 'string',
    value: 'TID',
    about: 'The virtual card machine [at the test site VCMINVLSIP0].',
  },
  waiter: { type: 'string', value: 'ID', about: 'Who asks, such as 001 [nobody in particular].' },
  uri: {
    type: 'string',
    value: 'URI',
    about: 'Address with token [TILLGATE_URI, else the test site on this machine].',
  },
  insecure: { type: 'boolean', about: 'Trust any certificate; for local work only.' },
  json: { type: 'boolean', about: 'Print JSON, one object on a line.' },
} as const;

export interface WaiterValues {
  readonly tid?: string;
  readonly waiter?: string;
  readonly uri?: string;
  readonly insecure?: boolean;
  readonly json?: boolean;
}

const SCHEMES: Readonly<Record<string, string>> = { 'http:': 'ws:', 'https:': 'wss:' };

const TILL_PATH = /\/(pac|pat|waiter)\/?$/i;

/** Where the waiter connects: an address of a till is accepted, for its host and token. */
export function waiterUri(values: Pick<WaiterValues, 'uri' | 'tid'>): string {
  const text = values.uri ?? process.env.TILLGATE_URI ?? localWaiterAddress();
  const uri = URL.parse(text);
  const scheme = uri ? (SCHEMES[uri.protocol] ?? uri.protocol) : '';
  if (!uri || !/^wss?:$/.test(scheme) || !TILL_PATH.test(uri.pathname)) {
    throw new UsageError(
      '--uri: expected an address such as wss://shop1.pay.example/waiter?token=…',
    );
  }
  const given = parametersOf(text);
  const token = given.get('token');
  const tid = values.tid ?? given.get('tid') ?? (isTestSite(text) ? TEST_TID : '');
  if (tid === '') {
    throw new UsageError('--tid is missing: the virtual card machine at which the waiter stands.');
  }
  const query = new URLSearchParams({ ...(token === null ? {} : { token }), tid: readTid(tid) });
  return `${scheme}//${uri.host}${uri.pathname.replace(TILL_PATH, '/waiter')}?${query}`;
}

/** The waiter id as a request parameter. */
export function waiterOf({ waiter }: WaiterValues): { readonly waiterId?: string } {
  if (waiter === undefined) return {};
  if (waiter !== '' && [...waiter].length <= MAX_WAITER_ID) return { waiterId: waiter };
  throw new UsageError(`--waiter: expected 1 to ${MAX_WAITER_ID} characters.`);
}
