// What every command of the till has in common: which gateway, which card machine, and the
// connection while it runs.

import type { PacTill, TillBehaviour, Unclaimed, Warning } from '@tillgate/client';
import { connect } from '@tillgate/client';
import { MAX_IDENTIFIER, mask } from '@tillgate/protocol';
import { isTestSite, localPacAddress } from '../address.ts';
import { UsageError } from '../exit-code.ts';
import { outcomeSpan } from '../outcome-text.ts';
import { clean, note } from '../output.ts';

export const connectionOptions = {
  uri: {
    type: 'string',
    value: 'URI',
    about: 'Address with token [TILLGATE_URI, else the test site on this machine].',
  },
  'epos-id': {
    type: 'string',
    value: 'NAME',
    about: 'Name of this till: results it missed come to it when it is back.',
  },
  insecure: { type: 'boolean', about: 'Trust any certificate; for local work only.' },
  json: { type: 'boolean', about: 'Print JSON, one object on a line.' },
} as const;

export const tidOption = {
  tid: {
    type: 'string',
    value: 'TID',
    about: 'The card machine [the only one connected; at the test site VCMINVLSIP0].',
  },
} as const;

/** The values of the connection options. */
export interface ConnectionValues {
  readonly uri?: string;
  readonly 'epos-id'?: string;
  readonly insecure?: boolean;
  readonly tid?: string;
}

export const TEST_TID = 'VCMINVLSIP0';

/** Connects, runs the command, and closes whatever happens. */
export async function withTill<T>(
  values: ConnectionValues,
  work: (till: PacTill) => Promise<T>,
  behaviour: Pick<TillBehaviour, 'open'> = {},
): Promise<T> {
  const { 'epos-id': eposId, insecure = false } = values;
  const till = await opened({
    uri: uriOf(values),
    ...(eposId === undefined ? {} : { eposId }),
    ...(insecure ? { tls: { rejectUnauthorized: false } } : {}),
    ...behaviour,
  });
  try {
    return await work(till);
  } finally {
    till.close();
  }
}

type Line = Pick<Parameters<typeof connect>[0], 'eposId' | 'tls' | 'open'> & {
  readonly uri: string;
};

async function opened(line: Line): Promise<PacTill> {
  try {
    return await connect({ ...line, onWarning, onUnclaimed });
  } catch (cause) {
    // The SDK rejects invalid options with these errors.
    if (cause instanceof TypeError) throw new UsageError(mask(cause.message), { cause });
    throw cause;
  }
}

function onWarning({ warning, message, cause }: Warning): void {
  // Without anybody to ask, the command itself has already said so.
  if (warning === 'noSignatureHandler') return;
  const why = cause instanceof Error ? ` ${cause.message}` : '';
  note(clean(mask(`${message}${why}`)));
}

/** Reports a result of an earlier run under the same epos-id. */
function onUnclaimed(unclaimed: Unclaimed): void {
  if (unclaimed.kind === 'notification') return;
  const { requestId } = unclaimed;
  const result =
    unclaimed.kind === 'payment'
      ? ([unclaimed.payment.transactionType, unclaimed.payment.transactionResult] as const)
      : ([unclaimed.report.reportType, unclaimed.report.reportResult] as const);
  const [type, ended] = result;
  note([
    `Of an earlier run of this till, request ${requestId}: ${type} `,
    outcomeSpan(ended, type),
    '.',
  ]);
}

export function uriOf({ uri }: Pick<ConnectionValues, 'uri'>): string {
  return uri ?? process.env.TILLGATE_URI ?? localPacAddress();
}

/** The card machine to use; throws `UsageError` naming them where there is a choice. */
export async function tidFor(till: PacTill, values: ConnectionValues): Promise<string> {
  if (values.tid !== undefined) return readTid(values.tid);
  if (isTestSite(uriOf(values))) return TEST_TID;
  const terminals = await till.terminals();
  const [only, ...others] = terminals.map(({ tid }) => tid);
  if (only === undefined) {
    throw new UsageError('No card machine is connected to this site. Name one with --tid.');
  }
  if (others.length === 0) return only;
  const choice = [only, ...others].map(clean).join(', ');
  throw new UsageError(`Which card machine? Name one with --tid: ${choice}`);
}

/** Throws `UsageError`. */
export function readTid(tid: string): string {
  if (tid !== '' && [...tid].length <= MAX_IDENTIFIER) return tid;
  throw new UsageError(`--tid: expected 1 to ${MAX_IDENTIFIER} characters.`);
}
