// Describes the behaviour of a virtual card machine, which its TID encodes [C-10.1]. Pure.

import { virtualTidPattern } from '@tillgate/protocol';

const results: Readonly<Record<string, string>> = {
  S: 'approves',
  D: 'declines',
  U: 'fails',
  T: 'never tells',
  C: 'is cancelled',
  V: 'reverses',
};
const readings: Readonly<Record<string, string>> = {
  S: 'swiped',
  C: 'contactless',
  I: 'chip',
  K: 'keyed in',
};
const verifications: Readonly<Record<string, string>> = {
  S: 'signature',
  D: 'customer’s own device',
  P: 'PIN',
  N: 'no check',
};

const variants: Readonly<Record<string, string>> = { 1: ', adds 10% gratuity' };

/** The TIDs that every test site lists [C-10.12]. */
export const listedVirtualTids: readonly string[] = [
  'VCMINVLSIP0',
  'VCMINVLSCD0',
  'VCMINVLSIS0',
  'VCMINVLDIP0',
  'VCMINVLUIP0',
  'VCMINVLTIP0',
];

/** Such as `approves, chip, PIN`; undefined for a machine that is not virtual. */
export function describeVirtualTerminal(tid: string): string | undefined {
  const [, result = '', reading = '', verification = '', variant = ''] =
    virtualTidPattern.exec(tid) ?? [];
  if (result === '') return undefined;
  return `${results[result]}, ${readings[reading]}, ${verifications[verification]}${variants[variant] ?? ''}`;
}
