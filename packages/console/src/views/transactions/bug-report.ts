// A transaction as a text to pass on with a bug report: what happened and when, without tokens,
// receipts, or more of a card number than its mask shows. Pure.

import type { api, PictureStep } from '@tillgate/protocol';
import { gapOf, gapText, stepsOf } from '@tillgate/protocol';
import { totalText } from '../../kit/money.ts';
import { actorOf, actorText, deliveryText } from './transaction-text.ts';

/** `version` of the gateway. */
export function bugReport(story: api.TransactionStory, version: string): string {
  const { summary } = story;
  const steps = stepsOf(story);
  const facts = {
    Transaction: summary.id,
    Kind: summary.type,
    Result: summary.told ? `${summary.result}, the till received ${summary.told}` : summary.result,
    Amount: totalText(summary),
    Delivery: deliveryText(summary),
    Till: [summary.softwareHouseId, summary.eposId].filter(Boolean).join(' / ') || 'unknown',
    Gateway: `Tillgate ${version}`,
    Started: summary.startedAt,
  };
  const head = Object.entries(facts).map(([name, value]) => `${name.padEnd(12)} ${value}`);
  return scrubbed([...head, '', ...steps.flatMap((step, at) => linesOf(step, gapOf(steps, at)))]);
}

function linesOf(step: PictureStep, gap: number | undefined): readonly string[] {
  const { at, frame, event, text } = step;
  const when = new Date(at).toISOString().slice(11, -1);
  const after = gap === undefined ? '' : gapText(gap);
  const start = `${when} ${after.padStart(11)}  `;
  const more = [frame && bareFrame(frame.text), event?.text !== text && event?.text];
  const below = more.filter((one) => typeof one === 'string');
  return [
    `${start}${whoOf(step)}: ${text}`,
    ...below.map((one) => `${' '.repeat(start.length)}${one}`),
  ];
}

function whoOf(step: PictureStep): string {
  if (step.frame) return 'Wire';
  return step.event ? actorText(actorOf(step)) : 'Gateway';
}

const LEFT_OUT = '(left out)';

/** A message without what must not be passed on; one that is not JSON is only counted. */
export function bareFrame(text: string): string {
  try {
    return JSON.stringify(bared(JSON.parse(text)));
  } catch {
    return `(${text.length} characters that are not JSON, left out)`;
  }
}

const SECRET = /token|key|secret|password|receipt|lines$|pairing|signature(image|data)/i;

function bared(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bared);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [
    key,
    SECRET.test(key) && !isPlain(one) ? LEFT_OUT : bared(one),
  ]);
  return Object.fromEntries(entries);
}

/** Switches and numbers give nothing away. */
function isPlain(value: unknown): boolean {
  return typeof value === 'boolean' || value === null;
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
/** 12 to 19 digits, also in groups: what a card number may look like. */
const CARD = /(?<![0-9a-z*])\d(?:[ -]?\d){11,18}(?![0-9a-z])/gi;

function scrubbed(lines: readonly string[]): string {
  const safe = lines.map((line) =>
    line
      .replace(UUID, '********-****-****-****-************')
      .replace(CARD, (number) => number.slice(0, -4).replace(/\d/g, '*') + number.slice(-4)),
  );
  return `${safe.join('\n')}\n`;
}
