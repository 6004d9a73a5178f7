// A message as a shell command: the command that does the same, otherwise the message itself for
// `tillgate send`. Pure.

import { connectionUrl, EXAMPLE_TOKEN } from '../../socket/gateway-address.ts';
import type { Copied, Request, Written } from './copy-as.ts';
import { requestOf } from './copy-as.ts';

export function asCommand({ text, where, command }: Written): Copied {
  const request = requestOf(text);
  if (request === 'answer') {
    return { why: 'An answer belongs to a question on its own connection; a command has another.' };
  }
  // The commands speak v1.
  const verb = where.version === 'v1' && request ? commandFor(request) : undefined;
  const address = `"${addressText(where)}"`;
  if (verb) return { text: `${command} ${verb} --uri ${address}\n` };
  return { text: `echo ${quoted(oneLine(text))} | ${command} send ${address}\n` };
}

interface Verb {
  readonly name: string;
  /** Whether its amount stands right behind the name. */
  readonly amount?: true;
}

const verbs: Readonly<Record<string, Verb>> = {
  connectedTerminals: { name: 'terminals' },
  sale: { name: 'sale', amount: true },
  refund: { name: 'refund', amount: true },
  preAuth: { name: 'pre-auth', amount: true },
  completion: { name: 'completion', amount: true },
  accountVerification: { name: 'verify' },
  duplicate: { name: 'duplicate' },
  cancelTransaction: { name: 'cancel' },
  reportEndOfDay: { name: 'report end-of-day' },
  reportBanking: { name: 'report banking' },
  reportXBalance: { name: 'report x-balance' },
  reportZBalance: { name: 'report z-balance' },
};

/** The command that does the same; undefined where none takes all of these params. */
function commandFor({ method, params }: Request): string | undefined {
  const verb = verbs[method];
  if (!verb) return undefined;
  const { amount, ...rest } = params;
  const options = Object.entries(rest).map(([key, value]) => optionFor(key, value));
  const amounts = verb.amount ? [decimal(amount)] : [];
  if (!verb.amount && amount) return undefined;
  const words = [verb.name, ...amounts, ...options];
  if (words.includes(undefined)) return undefined;
  return words.filter(Boolean).join(' ');
}

/** Empty if the command does without it; undefined if it has no such option. */
function optionFor(key: string, value: unknown): string | undefined {
  switch (key) {
    case 'tid':
    case 'currency':
    case 'status':
      return typeof value === 'string' ? `--${key} ${word(value)}` : undefined;
    case 'authCode':
      return typeof value === 'string' ? `--auth-code ${word(value)}` : undefined;
    case 'amountCashback':
      return withAmount('--cashback', value);
    case 'amountPreAuthorisedTotal':
      return withAmount('--pre-auth-total', value);
    case 'cardholderNotPresent':
      return value === true ? '--cnp' : '';
    default:
      return undefined;
  }
}

function withAmount(option: string, minor: unknown): string | undefined {
  const amount = decimal(minor);
  return amount && `${option} ${amount}`;
}

/** 1250 as 12.50; undefined if it is no amount. */
function decimal(minor: unknown): string | undefined {
  if (!Number.isSafeInteger(minor) || (minor as number) < 0) return undefined;
  const digits = String(minor).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function word(text: string): string {
  return /^[\w.][\w.-]*$/.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function oneLine(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text.replaceAll('\n', ' ');
  }
}

/** For double quotes in a shell; a secret token is a variable there. */
function addressText(where: Written['where']): string {
  const isPublic = where.token === EXAMPLE_TOKEN;
  const uri = connectionUrl({ ...where, token: isPublic ? where.token : 'TOKEN' });
  const escaped = uri.replace(/["$`\\]/g, '\\$&');
  return isPublic ? escaped : escaped.replace('token=TOKEN', 'token=$TILLGATE_TOKEN');
}
