// Texts on card machines for operators, and the form values of a virtual one's behaviour. Pure.

import { api, isOperatedByHand, outcomes, terminalStates } from '@tillgate/protocol';
import { agoText } from '../../kit/time-format.ts';
import type { Tone } from '../../kit/tone.ts';
import { describeVirtualTerminal } from '../../kit/virtual-terminal.ts';

export interface StateText {
  readonly tone: Tone;
  readonly word: string;
}

export function stateText({ connected, status, paired, pairingUntil }: api.Terminal): StateText {
  if (connected && status === 'BUSY') return terminalStates.BUSY;
  if (connected) return terminalStates.AVAILABLE;
  if (paired === false) {
    return pairingUntil ? terminalStates.waitingForCode : terminalStates.codeOver;
  }
  return terminalStates.notConnected;
}

/** What it is, or how it plays. */
export function aboutText(machine: api.Terminal): string {
  const { tid, kind, label } = machine;
  if (isOperatedByHand(machine)) return 'does what its holder does';
  if (kind === 'virtual') return describeVirtualTerminal(tid) ?? 'virtual';
  return label || 'no label';
}

/** When it last said anything; `now` in ms since 1970. */
export function lastHeardText(machine: api.Terminal, now: number): string {
  const { kind, connected, lastHeardAt } = machine;
  if (kind === 'virtual' && !isOperatedByHand(machine)) return 'Played by the gateway';
  if (lastHeardAt) return `Heard ${agoText(lastHeardAt, now)}`;
  return connected ? 'Connected' : 'Never heard';
}

type Letters = Readonly<Record<string, string>>;

/** The three letters of an outcome in their order [C-10.3]. */
export const outcomeParts: readonly (readonly [label: string, letters: Letters])[] = [
  [
    'Result',
    {
      S: outcomes.SUCCESSFUL.word,
      D: outcomes.DECLINED.word,
      U: outcomes.UNSUCCESSFUL.word,
      T: outcomes.TIMED_OUT.word,
      C: outcomes.CANCELLED.word,
      V: outcomes.VOID.word,
    },
  ],
  ['Card', { I: 'Chip', C: 'Contactless', S: 'Swiped', K: 'Keyed in' }],
  ['Check', { P: 'PIN', S: 'Signature', D: 'Customer’s own device', N: 'None' }],
];

/** `Declined, chip, PIN` for `DIP`. */
export function outcomeText(outcome: string): string {
  const words = outcomeParts.map(([, letters], at) => letters[outcome[at] ?? ''] ?? '?');
  return words.map((word, at) => (at === 0 ? word : lowered(word))).join(', ');
}

function lowered(word: string): string {
  return word === 'PIN' ? word : word.toLowerCase();
}

export type PaceChoice = 'usual' | 'realistic' | 'instant' | 'factor';

/** What the form holds of a pace. */
export function paceChoice(pace: api.Terminal['pace']): PaceChoice {
  if (pace === undefined) return 'usual';
  return typeof pace === 'number' ? 'factor' : pace;
}

export function paceText(pace: NonNullable<api.Terminal['pace']>): string {
  if (pace === 'realistic') return 'as fast as people';
  if (pace === 'instant') return 'at once';
  return `${pace} times as fast as people`;
}

export type ScenarioChoice = api.VirtualScenario | 'none';

export const scenarioNames = Object.keys(api.virtualScenarios) as api.VirtualScenario[];

/** `Card left in` for `card-left-in`. */
export function scenarioText(name: api.VirtualScenario): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A factor as typed: 0.01 to 1000; undefined for anything else. */
export function factorOf(text: string): number | undefined {
  const factor = /^\d{1,4}(\.\d{1,2})?$/.test(text.trim()) ? Number(text) : 0;
  return factor >= 0.01 && factor <= 1000 ? factor : undefined;
}

/** `XKCD-2345` is easier to type than eight in a row; the machine takes it with and without. */
export function codeGroups(code: string): readonly string[] {
  return code.match(/.{1,4}/g) ?? [];
}

/** A pairing code that this page has made. */
export interface IssuedCode extends api.Pairing {
  /** When the machine got the key that it had before; absent if it had none. */
  readonly pairedBefore: string | undefined;
}

/** `over` is too old, void after wrong codes, or replaced by another. */
export type CodeState = 'open' | 'used' | 'over';

/** What became of a code; `isListed`: the list of machines has shown it as open before. */
export function codeState(
  { pairedBefore, expiresAt }: IssuedCode,
  machine: api.Terminal | undefined,
  { now, isListed }: { readonly now: number; readonly isListed: boolean },
): CodeState {
  if (machine?.pairedAt !== undefined && machine.pairedAt !== pairedBefore) return 'used';
  const isReplaced = isListed && machine?.pairingUntil !== expiresAt;
  return isReplaced || Date.parse(expiresAt) <= now ? 'over' : 'open';
}

/** The rule for a tid, as the form shows it; the gateway checks it. */
export const TID_RULE = '1 to 32 letters, digits, dots, dashes or underscores; case counts.';

/** Where a machine is held: named by site and tid, with its code and settings if it is still to be paired. */
export function machineHref(params: Readonly<Record<string, string>>): string {
  return `../machine/#${new URLSearchParams(params)}`;
}
