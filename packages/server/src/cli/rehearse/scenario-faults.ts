// The faults of scenarios in short: when a message goes over a connection or a card machine is at work, and what then
// goes wrong.

import type { api } from '@tillgate/protocol';

type Trigger = api.FaultTrigger;
type State = Extract<api.FaultAction, { kind: 'terminal' }>['state'];

/** A notification of the card machine is sent: of this value, or of any. */
export function shows(tid: string, value?: string): Trigger {
  const valued = value === undefined ? {} : { value };
  return { kind: 'message', direction: 'sent', method: 'terminalNotification', tid, ...valued };
}

/** The connection ends without a close frame, or with a close code. */
export function cut(
  when: Trigger,
  place: 'before' | 'after' = 'after',
  code?: number,
): api.NewFault {
  return { when, action: { kind: 'cut', place, ...(code === undefined ? {} : { code }) } };
}

interface Lasting {
  /** When the card machine is given its order, if absent. */
  readonly when?: Trigger;
  readonly seconds?: number;
}

/** The card machine is at fault. */
export function machineIs(
  state: State,
  tid: string,
  { when = { kind: 'terminal', tid, state: 'started' }, seconds }: Lasting = {},
): api.NewFault {
  const lasts = seconds === undefined ? {} : { seconds };
  return { when, action: { kind: 'terminal', tid, state, ...lasts } };
}

/** As soon as the fault is added. */
export const atOnce: Trigger = { kind: 'time', seconds: 0 };

export function isAtOnce({ when }: Pick<api.NewFault, 'when'>): boolean {
  return when.kind === 'time' && when.at === undefined && when.seconds === 0;
}
