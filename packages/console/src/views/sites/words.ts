// Sites, tokens and the audit trail in words, and what their forms take. Pure.

import type { api } from '@tillgate/protocol';

const LABEL = 'At most 64 characters, in one line.';

export const siteTakes: Readonly<Record<string, string>> = {
  name: '1 to 63 lower-case letters, digits and dashes; no dash at either end.',
  title: '1 to 64 characters, in one line.',
  timeZone: 'A name such as Europe/London.',
  versions: 'At least one.',
  terminals:
    'Names such as VCMSHOPSIP0, with spaces between; see the guide of virtual card machines.',
};
export const tokenTakes: Readonly<Record<string, string>> = {
  label: LABEL,
  scopes: 'At least one.',
};
export const operatorTakes: Readonly<Record<string, string>> = {
  name: '1 to 63 lower-case letters, digits, dots, dashes and underscores.',
  sites: 'Choose at least one site.',
};

const actions: Readonly<Record<api.AuditAction, string>> = {
  'session.open': 'signed in',
  'session.close': 'signed out',
  'site.add': 'added the site',
  'site.change': 'changed the site',
  'site.remove': 'removed the site',
  'token.add': 'made token',
  'token.revoke': 'revoked token',
  'terminal.add': 'made a pairing code for',
  'terminal.change': 'changed card machine',
  'terminal.revoke': 'revoked card machine',
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

/** `title: A → B`, `strict: false`; values as JSON where they are not text. */
export function changeText({ field, before, after }: api.Change): string {
  const shown = [before, after].filter((value) => value !== undefined).map(valueText);
  return `${field}: ${shown.join(' → ')}`;
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const vias: Readonly<Record<api.AuditEntry['via'], string>> = {
  loopback: 'at this machine',
  session: 'through the console',
  key: 'with a key',
  'command-line': 'on the command line',
};

export function viaText(via: api.AuditEntry['via']): string {
  return vias[via];
}

/** The virtual machines of a site as the form has them, one after the other. */
export function machineLines(terminals: api.Site['terminals']): string {
  return Object.keys(terminals).join(' ');
}

/** What a machine was set to stays with it; the rest are as the site. */
export function machinesOf(text: string, before: api.Site['terminals']): api.Site['terminals'] {
  const tids = text.split(/[\s,]+/).filter(Boolean);
  return Object.fromEntries(tids.map((tid) => [tid, before[tid] ?? {}]));
}
