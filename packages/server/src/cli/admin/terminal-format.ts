// The arguments and the output of linked card machines, without key and pairing code.

import { virtualTidPattern } from '@tillgate/protocol';
import type { listLinked } from '../../application/admin/linked-terminals.ts';
import { mayEnrol } from '../../application/handshake/enrolled-terminal.ts';
import { dateTimeText } from '../date-time.ts';
import { UsageError } from '../exit-code.ts';
import type { Span } from '../layout.ts';
import { stateSpan } from '../outcome-text.ts';
import { clean, printTable } from '../output.ts';
import type { Site } from './open-journal.ts';

type Linked = Awaited<ReturnType<typeof listLinked>>[number];

export function readTid(site: Site, tid: string): string {
  if (mayEnrol(site, tid)) return tid;
  throw new UsageError(
    `--tid: "${clean(tid)}" cannot be enrolled at "${site.name}": 1 to 32 letters, digits, dots, ` +
      'dashes and underscores; one that begins with VCM is a virtual card machine of the site.',
  );
}

/** The object that `--json` prints. */
export function terminalJson({ site, tid, label, ...times }: Linked) {
  const { enrolledAt, key, pairing, lastHeardAt, revokedAt } = times;
  const moments = {
    enrolledAt,
    pairedAt: key?.createdAt,
    pairingUntil: pairing?.expiresAt,
    lastHeardAt,
    revokedAt,
  };
  const known = Object.entries(moments).filter(([, at]) => at !== undefined);
  return {
    site,
    tid,
    ...(label === undefined ? {} : { label }),
    ...Object.fromEntries(known.map(([name, at]) => [name, new Date(at ?? 0).toISOString()])),
  };
}

export function printTerminals(terminals: readonly Linked[], none = 'None yet.'): void {
  const rows = terminals.map((terminal) => [
    ...[terminal.tid, terminal.site, terminal.label ?? '-', stateOf(terminal)],
    terminal.lastHeardAt === undefined ? 'never' : dateTimeText(terminal.lastHeardAt),
  ]);
  printTable(['TID', 'SITE', 'LABEL', 'STATE', 'LAST HEARD'], rows, none);
}

function stateOf({ tid, key, pairing, revokedAt }: Linked): Span {
  if (revokedAt !== undefined) return since('revoked', revokedAt);
  const waits = pairing !== undefined && pairing.expiresAt > Date.now();
  if (!key)
    return waits ? since('waitingForCode', pairing.expiresAt, 'until') : stateSpan('codeOver');
  const paired = since(virtualTidPattern.test(tid) ? 'byHand' : 'paired', key.createdAt);
  const until = waits ? `, new code until ${dateTimeText(pairing.expiresAt)}` : '';
  return { ...paired, text: `${paired.text}${until}` };
}

function since(state: Parameters<typeof stateSpan>[0], at: number, when = ''): Span {
  const span = stateSpan(state);
  return { ...span, text: [span.text, when, dateTimeText(at)].filter(Boolean).join(' ') };
}
