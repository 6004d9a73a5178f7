// The screen of a card machine at a locked table: how much the next guest pays, what goes on top, and
// by what.

import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { amountFault, amountIn, moneyText, plainAmount } from '../../kit/money.ts';
import { MoneyField } from '../../kit/money-field.tsx';
import type { GratuityRate, Split } from './bill-split.ts';
import { gratuityOf, nextSplit, shareOf } from './bill-split.ts';
import type { LockedTable } from './waiter-controller.ts';
import { leaveTable, pay, printBill } from './waiter-controller.ts';

const splits: readonly (readonly [Split, string])[] = [
  [1, 'All'],
  [2, '½'],
  [3, '⅓'],
  [4, '¼'],
  ['part', 'Part'],
];
const splitNames: Readonly<Record<Split, string>> = {
  1: 'All of it',
  2: 'One of two shares',
  3: 'One of three shares',
  4: 'One of four shares',
  part: 'A part',
};
const rates: readonly GratuityRate[] = [0, 100, 125, 150];

/** Stays from one guest to the next, so that shares are counted down. */
const split = signal<Split>(1);

export function PayScreen({ locked }: { readonly locked: LockedTable }) {
  const { tableId, amountDue, currency, canPrintBill } = locked;
  const [part, setPart] = useState<string>();
  const [rate, setRate] = useState<GratuityRate>(0);
  const partText = part ?? plainAmount(amountDue);
  const isTyped = amountFault(partText, amountDue) === undefined;
  const share = shareOf(amountDue, split.value, isTyped ? (amountIn(partText) ?? 0) : 0);
  const onTop = gratuityOf(share, rate);
  const money = (minor: number) => moneyText(minor, currency);
  const take = (by: 'card' | 'other') => {
    split.value = nextSplit(split.value);
    setPart(undefined);
    void pay(locked, { by, amount: share, amountGratuity: by === 'card' ? onTop : 0 });
  };
  return (
    <>
      <div class="wtr-due">
        <span>Table {tableId}</span>
        <strong>{money(amountDue)}</strong>
      </div>
      <Chips
        label="How much"
        value={split.value}
        choices={splits.map(([value, text]) => ({ value, text, name: splitNames[value] }))}
        onChoose={(value) => {
          split.value = value;
        }}
      />
      {split.value === 'part' && (
        <MoneyField
          label="Part of the bill"
          currency={currency}
          value={partText}
          max={amountDue}
          onInput={setPart}
        />
      )}
      <Chips
        label="Gratuity, by card"
        value={rate}
        choices={rates.map((value) => ({
          value,
          text: value === 0 ? 'None' : `${value / 10} %`,
        }))}
        onChoose={setRate}
      />
      <div class="wtr-pay">
        <Button kind="main" disabled={share === 0} onClick={() => take('card')}>
          Card {money(share + onTop)}
        </Button>
        <Button disabled={share === 0} onClick={() => take('other')}>
          Cash {money(share)}
        </Button>
      </div>
      <div class="wtr-foot">
        <Button disabled={!canPrintBill} onClick={() => void printBill(locked)}>
          Print the bill
        </Button>
        <Button
          onClick={() => {
            split.value = 1;
            void leaveTable(locked);
          }}
        >
          Leave
        </Button>
      </div>
    </>
  );
}

interface ChipsProps<Value extends string | number> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly {
    readonly value: Value;
    readonly text: string;
    readonly name?: string;
  }[];
  readonly onChoose: (value: Value) => void;
}

function Chips<Value extends string | number>(props: ChipsProps<Value>) {
  const { label, value, choices, onChoose } = props;
  return (
    <fieldset class="wtr-chips">
      <legend>{label}</legend>
      <div>
        {choices.map((choice) => (
          <button
            key={choice.value}
            type="button"
            aria-pressed={choice.value === value}
            aria-label={choice.name}
            onClick={() => onChoose(choice.value)}
          >
            {choice.text}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
