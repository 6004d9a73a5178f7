// The faults of a test site in words: when one happens, and what it then does. Console and command line read it.

import type { FaultAction, FaultTrigger, NewFault } from '../api/faults.ts';

/** What it waits for, such as `terminalNotification PRESENT_CARD is sent`. */
export function faultTriggerText({ when, standing }: Pick<NewFault, 'when' | 'standing'>): string {
  return `${happening(when)}${tillText(when.till)}${standing ? ', each time' : ''}`;
}

function happening(when: FaultTrigger): string {
  switch (when.kind) {
    case 'message': {
      const { part, method, value, tid, nth = 1, direction } = when;
      const isResult = part === 'response' || part === 'error';
      const name = `${isResult ? `${part} to ` : ''}${method}${value ? ` ${value}` : ''}`;
      return `${name}${tid ? ` of ${tid}` : ''} is ${direction}${nth > 1 ? `, number ${nth}` : ''}`;
    }
    case 'terminal':
      return `${when.tid} has ${when.state} an order`;
    case 'time':
      return when.at === undefined ? `${when.seconds ?? 0} s after it was added` : `at ${when.at}`;
  }
}

function tillText(till: FaultTrigger['till'] = {}): string {
  const { eposId, address, integration } = till;
  const words = [integration, eposId, address].filter((word) => word !== undefined);
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

/** What it does, such as `cut the connection after it`. */
export function faultActionText(action: FaultAction): string {
  switch (action.kind) {
    case 'cut': {
      const code = action.code === undefined ? '' : `, close code ${action.code}`;
      return `cut the connection ${action.place ?? 'after'} it${code}`;
    }
    case 'hold':
      return `hold it for ${action.seconds} s`;
    case 'drop':
      return 'drop it';
    case 'double':
      return 'double it';
    case 'swap':
      return 'swap it with the next';
    case 'unknown-value':
      return 'give it a value that no version has';
    case 'ignore-pings':
      return `answer no pings${duration(action)}`;
    case 'stop-reading':
      return `read nothing${duration(action)}`;
    case 'revoke-token':
      return 'revoke the token';
    case 'terminal':
      return `${action.tid} ${terminalFaults[action.state]}${duration(action)}`;
    case 'result':
      return `${action.tid} ends its next transaction as ${action.letters}`;
    case 'gateway':
      return action.how === 'restart' ? 'restart the gateway' : 'stop the gateway';
  }
}

const terminalFaults = {
  busy: 'is busy',
  gone: 'is gone',
  'out-of-paper': 'is out of paper',
  silent: 'is silent',
  slow: 'is slow',
  forgets: 'forgets its order',
  'answers-late': 'answers late',
  'long-receipt': 'has very long receipts',
  'wide-receipt': 'has receipts with wide signs',
} as const;

function duration({ seconds }: { readonly seconds?: number }): string {
  return seconds === undefined ? '' : `, ${seconds} s`;
}
