// The scenarios at the counter as data: what is pressed, what goes wrong when, and what the till may then hold for true.

import type { api, Version } from '@tillgate/protocol';
import type { DriverCommand } from './driver.ts';
import type { Expected } from './rule.ts';
import type { RuleName } from './rules.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';
import { BOTH_VERSIONS } from './scenario.ts';

/** In pence or cents. */
export const USUAL_AMOUNT = 1250;

export interface CounterScenario {
  readonly name: string;
  readonly about: string;
  /** `SIP0` if absent: chip and PIN, approved. */
  readonly letters?: string;
  /** A sale of 12.50 if absent. */
  readonly press?: (at: { readonly tid: string; readonly currency: string }) => DriverCommand;
  /** What goes wrong at the card machine `tid`. */
  readonly faults?: (tid: string) => readonly api.NewFault[];
  /** Staff's answer to a signature question. */
  readonly signature?: 'accept' | 'reject' | 'none';
  /** Of the card machine, as a factor of a real one. At once, if absent. */
  readonly pace?: number;
  /** What the card machine does besides the letters of its name. */
  readonly behaviour?: api.TerminalChange;
  /** Whether the till is asked for the copy to sign while the signature question is open. */
  readonly isSlipAsked?: true;
  /** Cancel when the card machine shows this. */
  readonly cancelAt?: string;
  /** Seconds on the clock in which it may end; as fast as it does if absent. */
  readonly withinSeconds?: number;
  /** Seconds on the clock that pass when it has ended, before the faults are removed. */
  readonly afterSeconds?: number;
  /** Rules besides those of every scenario. */
  readonly rules?: readonly RuleName[];
  readonly expected?: Expected;
  /** Whether nothing happens for a while when all is over and the till connected. */
  readonly isSilent?: true;
  /** Both if absent. */
  readonly versions?: readonly Version[];
}

/** Rules of every scenario at the counter. */
const usualRules: readonly RuleName[] = ['one-payment', 'outcome', 'amount-paid', 'fits-schemas'];

export function sale({ tid, currency }: { readonly tid: string; readonly currency: string }) {
  return { do: 'sale', tid, currency, amount: USUAL_AMOUNT } as const;
}

export function atCounter(spec: CounterScenario): Scenario {
  const { name, about, letters = 'SIP0', rules = [], expected = {} } = spec;
  const { versions = BOTH_VERSIONS } = spec;
  return {
    ...{ name, about, letters, expected, versions },
    integration: 'pac',
    rules: [...usualRules, ...rules],
    run: (context) => run(spec, context),
  };
}

async function run(spec: CounterScenario, context: ScenarioContext): Promise<void> {
  const { tid, currency } = context;
  const { press = sale, faults, signature, cancelAt } = spec;
  await context.untilConnected('pac');
  if (signature) await context.press({ do: 'signature', answer: signature });
  for (const fault of faults?.(tid) ?? []) await context.fault(fault);
  if (spec.pace) await context.behave({ pace: spec.pace });
  if (spec.behaviour) await context.behave(spec.behaviour);
  await context.start(press({ tid, currency }));
  if (cancelAt) {
    await context.untilMessage(`${cancelAt} at ${tid}`, ({ params }) =>
      Object.values(params).includes(cancelAt),
    );
    await context.press({ do: 'cancel', tid });
    await context.untilCancelAnswered();
  }
  if (spec.isSlipAsked) {
    await context.untilMessage(
      `the signature question at ${tid}`,
      ({ observed }) => observed.method === 'signatureVerificationRequest',
    );
    await context.askForSlip();
  }
  await context.untilOver(spec.withinSeconds);
  if (spec.afterSeconds) await context.passTime(spec.afterSeconds);
  await context.removeFaults();
  await context.untilConnected('pac');
  if (spec.isSilent) await context.silence();
}
