// The scenarios at the table as data: what the waiter does at the card machine, what goes wrong when, and what the till
// must then hold for true about the table.

import type { api, Version, WaiterAnswer, WaiterRequest } from '@tillgate/protocol';
import type { WaiterClient } from '../waiter/waiter-client.ts';
import type { RuleName } from './rules.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';
import { BOTH_VERSIONS, NotSeen } from './scenario.ts';

/** Of the bill, in pence or cents. */
export const BILL = 4820;

/** What a waiter does; amounts are pence or cents. */
export type WaiterStep =
  | { readonly ask: 'tables' | 'bill' | 'leave' }
  /** The table of the scenario, or another. */
  | { readonly ask: 'lock'; readonly table?: string }
  | {
      readonly ask: 'pay';
      readonly by: 'card' | 'other';
      readonly amount: number;
      readonly amountGratuity?: number;
      readonly amountCashback?: number;
    }
  /** The connection ends without a word. */
  | { readonly ask: 'walk away' };

/** A waiter's visit; the answer to each step is the one in the same place. */
export interface Visit {
  readonly steps: readonly WaiterStep[];
  /** The answers that must come, in order; any if absent. */
  readonly answers?: readonly WaiterAnswer['answer'][];
}

export interface TableScenario {
  readonly name: string;
  readonly about: string;
  /** `SIP0` if absent: each card is approved. */
  readonly letters?: string;
  /** One after the other. */
  readonly visits: readonly Visit[];
  /** A second waiter comes to another card machine while the first visit holds the table. */
  readonly rival?: Visit;
  readonly faults?: (tid: string) => readonly api.NewFault[];
  /** Seconds on the clock that pass once a fault has held back an answer of the till, which then comes too late. */
  readonly heldUpSeconds?: number;
  /** Seconds on the clock that pass after the visits. */
  readonly afterSeconds?: number;
  /** Rules besides those of every scenario. */
  readonly rules?: readonly RuleName[];
  /** What is still to pay in the end, and the gratuity that was given, in pence or cents. */
  readonly left: number;
  readonly gratuity?: number;
  /** Both if absent. */
  readonly versions?: readonly Version[];
}

/** Rules of every scenario at the table. */
const usualRules: readonly RuleName[] = [
  ...(['table-balance', 'table-unlocked', 'table-held', 'fits-schemas'] as const),
];

export function atTable(spec: TableScenario): Scenario {
  const { name, about, letters = 'SIP0', rules = [], left, gratuity = 0, heldUpSeconds } = spec;
  const { versions = BOTH_VERSIONS } = spec;
  return {
    ...{ name, about, letters, versions },
    integration: 'pat',
    rules: [...usualRules, ...rules, ...(heldUpSeconds ? [] : (['table-answers'] as const))],
    expected: { left, gratuity },
    run: (context) => run(spec, context),
  };
}

async function run(spec: TableScenario, context: ScenarioContext): Promise<void> {
  const { tid, currency } = context;
  // Of the scenario alone, like its card machine.
  const table = tid.slice(-7, -4);
  await context.untilConnected('pat');
  await context.press({ do: 'open-table', table, currency, amount: BILL });
  for (const fault of spec.faults?.(tid) ?? []) await context.fault(fault);
  const { rival } = spec;
  for (const visit of spec.visits) {
    const paid = context.withWaiter(async (waiter) => {
      await go(visit, { waiter, table });
      if (rival) await context.withRival((other) => go(rival, { waiter: other, table }));
    });
    await Promise.all([paid, passHeldTime(spec, context)]);
    await context.untilConnected('pat');
  }
  if (spec.afterSeconds) await context.passTime(spec.afterSeconds);
  await context.removeFaults();
  await context.untilConnected('pat');
  await context.untilDelivered();
}

async function passHeldTime({ heldUpSeconds }: TableScenario, context: ScenarioContext) {
  if (heldUpSeconds === undefined) return;
  await context.untilFault('an answer of the till that is held back');
  await context.passHeldTime(heldUpSeconds);
}

interface AtTable {
  readonly waiter: WaiterClient;
  readonly table: string;
}

async function go({ steps, answers }: Visit, { waiter, table }: AtTable): Promise<void> {
  for (const [index, step] of steps.entries()) {
    if (step.ask === 'walk away') {
      waiter.close();
      return;
    }
    const { ask, ...rest } = step;
    const params = ask === 'lock' ? { tableId: 'table' in step ? step.table : table } : rest;
    const answer = await waiter.ask(ask satisfies WaiterRequest['kind'], params);
    const wanted = answers?.[index];
    if (wanted !== undefined && answer.answer !== wanted) {
      throw new NotSeen(`the answer "${wanted}" to "${ask}", got "${answer.answer}"`);
    }
  }
}
