// What the name of a virtual card machine says it will do [C-10.1, C-10.3]. Pure; knows no machine.

import type { PaymentMethod, TransactionResult, VerificationMethod } from '@tillgate/protocol';
import { virtualTidPattern } from '@tillgate/protocol';

export type Reading = Exclude<PaymentMethod, 'UNKNOWN'>;
export type Verification = Exclude<VerificationMethod, 'UNKNOWN'>;

export interface Letters {
  readonly result: TransactionResult;
  readonly reading: Reading;
  readonly verification: Verification;
}

/** The six that every till developer knows [C-10.12]. */
export const knownTids: readonly string[] = [
  'VCMINVLSIP0',
  'VCMINVLDIP0',
  'VCMINVLSCD0',
  'VCMINVLSIS0',
  'VCMINVLUIP0',
  'VCMINVLTIP0',
];

const results: Readonly<Record<string, TransactionResult>> = {
  S: 'SUCCESSFUL',
  D: 'DECLINED',
  U: 'UNSUCCESSFUL',
  T: 'TIMED_OUT',
  C: 'CANCELLED',
  V: 'VOID',
};

const readings: Readonly<Record<string, Reading>> = {
  S: 'SWIPED',
  C: 'CONTACTLESS',
  I: 'ICC_CHIP',
  K: 'KEYED',
};

const verifications: Readonly<Record<string, Verification>> = {
  S: 'SIGNATURE',
  D: 'DEVICE',
  P: 'PIN',
  N: 'NONE',
};

/** Undefined if `tid` is not the name of a virtual card machine. */
export function readTid(tid: string): Letters | undefined {
  const [, result = '', reading = '', verification = ''] = virtualTidPattern.exec(tid) ?? [];
  const letters = {
    result: results[result],
    reading: readings[reading],
    verification: verifications[verification],
  };
  return letters.result && letters.reading && letters.verification
    ? (letters as Letters)
    : undefined;
}
