// The audit trail in words: what was done to what, and each change as people say it. Pure.

import type { api } from '@tillgate/protocol';
import { faultActionText, faultTriggerText } from '@tillgate/protocol';
import { amountText } from '../../kit/money.ts';
import { dateTimeText } from '../../kit/time-format.ts';
import { describeVirtualTerminal } from '../../kit/virtual-terminal.ts';

const actions: Readonly<Record<api.AuditAction, string>> = {
  'session.open': 'signed in',
  'session.close': 'signed out',
  'site.add': 'added the site',
  'site.change': 'changed the site',
  'site.remove': 'removed the site',
  'token.add': 'made token',
  'token.revoke': 'revoked token',
  'terminal.add': 'made a pairing code for',
  'terminal.pair': 'paired card machine',
  'terminal.voidCode': 'voided the pairing code of',
  'terminal.change': 'changed card machine',
  'terminal.revoke': 'revoked card machine',
  'fault.add': 'added fault',
  'fault.remove': 'removed fault',
  'operator.add': 'added operator',
  'operator.remove': 'removed operator',
};

/** `anna made token 7cf8 of shop1`, without who. */
export function auditText({ action, site, subject }: api.AuditEntry): string {
  const what = actions[action];
  if (action.startsWith('session.')) return what;
  if (action.startsWith('site.')) return `${what} ${site ?? subject ?? ''}`.trim();
  return `${what} ${subject ?? ''}${site ? ` of ${site}` : ''}`.trim();
}

const vias: Readonly<Record<api.AuditEntry['via'], string>> = {
  loopback: 'at this machine',
  session: 'through the console',
  key: 'with a key',
  'command-line': 'on the command line',
  start: 'at its start',
  'pairing-code': 'with a pairing code',
  'wrong-codes': 'after too many wrong codes',
};

export function viaText(via: api.AuditEntry['via']): string {
  return vias[via];
}

const NONE = 'none';

/** `Title: The Shop → The Corner Shop`; of what is new only what it is. */
export function changeText({ field, before, after }: api.Change, isNew: boolean): string {
  const { name, text } = fields[field] ?? { name: spaced(field), text: plainText };
  const textOf = (value: unknown) => (isNone(value) && field !== 'sites' ? NONE : text(value));
  return isNew ? `${name}: ${textOf(after)}` : `${name}: ${textOf(before)} → ${textOf(after)}`;
}

interface Field {
  readonly name: string;
  readonly text: (value: unknown) => string;
}

const fields: Readonly<Record<string, Field>> = {
  strict: { name: 'Unknown keys', text: (value) => (value === true ? 'refused' : 'dropped') },
  test: { name: 'Test site', text: plainText },
  signatureOnTimeout: {
    name: 'A signature nobody judged',
    text: (value) => (value === 'accept' ? 'accepted' : 'rejected'),
  },
  patReports: {
    name: 'Reports to the till at the table',
    text: (value) => (value === true ? 'sent' : 'not sent'),
  },
  strictCashback: {
    name: 'Cashback not offered',
    text: (value) => (value === true ? 'refused' : 'left out'),
  },
  terminals: { name: 'Virtual card machines', text: machinesText },
  scopes: { name: 'Opens', text: plainText },
  expiresAt: { name: 'Runs out', text: expiryText },
  // Of an operator, null is all of them.
  sites: { name: 'Sites', text: (value) => (isNone(value) ? 'all' : plainText(value)) },
  pace: { name: 'Pace', text: (value) => (typeof value === 'number' ? `${value} ×` : `${value}`) },
  nextOutcome: { name: 'Next transaction', text: (value) => outcomeText(String(value)) },
  scenario: { name: 'Scenario', text: plainText },
  // Of a fault.
  when: { name: 'When', text: (value) => faultTriggerText({ when: value as api.FaultTrigger }) },
  action: { name: 'Then', text: (value) => faultActionText(value as api.FaultAction) },
  standing: { name: 'Each time', text: plainText },
};

function isNone(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** `timeZone` as `Time zone`. */
function spaced(field: string): string {
  const words = field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function plainText(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(plainText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Milliseconds since 1970, as it is kept. */
function expiryText(value: unknown): string {
  return typeof value === 'number' ? dateTimeText(new Date(value).toISOString()) : plainText(value);
}

function outcomeText(letters: string): string {
  return describeVirtualTerminal(`VCM0${letters}0`) ?? letters;
}

function machinesText(value: unknown): string {
  return Object.entries(value as api.Site['terminals'])
    .map(([tid, settings]) => machineText(tid, settings))
    .join('; ');
}

/** `VCM1SIP0 (EUR, cashback 5.00)`. */
export function machineText(tid: string, settings: api.Site['terminals'][string]): string {
  const { currency, cashback = 0, gratuity = 0 } = settings;
  const parts = [
    currency,
    cashback > 0 && `cashback ${amountText(cashback)}`,
    gratuity > 0 && `gratuity ${amountText(gratuity)}`,
  ].filter(Boolean);
  return parts.length > 0 ? `${tid} (${parts.join(', ')})` : tid;
}
