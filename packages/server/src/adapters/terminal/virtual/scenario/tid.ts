// Reads the behaviour of a virtual card machine from its TID [C-10.1, C-10.3]: `VCM<label><result><entry><verification><variant>`.

import type { PaymentMethod, TransactionResult, VerificationMethod } from '@tillgate/protocol';
import { virtualTidPattern } from '@tillgate/protocol';

export type EntryMethod = Exclude<PaymentMethod, 'UNKNOWN'>;
export type Verification = Exclude<VerificationMethod, 'UNKNOWN'>;

export interface TidScenario {
  readonly result: TransactionResult;
  readonly entryMethod: EntryMethod;
  readonly verification: Verification;
  /** Gratuity that the customer adds to a sale at the counter, percent of its amount. */
  readonly gratuityPercent: number;
}

/** The six TIDs in the documentation for till developers [C-10.12]; every test site lists them. */
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

const entryMethods: Readonly<Record<string, EntryMethod>> = {
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

const gratuityPercents: Readonly<Record<string, number>> = { 0: 0, 1: 10, 2: 0 };

/** Undefined if `tid` is not a well-formed TID of a virtual card machine. */
export function readTid(tid: string): TidScenario | undefined {
  const [, result = '', entryMethod = '', verification = '', variant = ''] =
    virtualTidPattern.exec(tid) ?? [];
  const scenario = {
    result: results[result],
    entryMethod: entryMethods[entryMethod],
    verification: verifications[verification],
    gratuityPercent: gratuityPercents[variant],
  };
  return scenario.result && scenario.entryMethod && scenario.verification
    ? (scenario as TidScenario)
    : undefined;
}
