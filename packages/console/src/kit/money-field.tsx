// A field for an amount that is typed as on a till: 1, 2, 3, 4 makes 12.34. Where a keypad stands
// beside it, a phone need not bring up its own.

import './money-field.css';
import type { Currency } from '@tillgate/protocol';
import { useEffect, useId, useRef } from 'preact/hooks';
import { amountText, currencySign, pastedAmount, typedAmount } from './money.ts';

interface MoneyFieldProps {
  readonly label: string;
  readonly currency: Currency;
  /** Minor units. */
  readonly value: number;
  readonly max: number;
  readonly onInput: (value: number) => void;
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
  readonly disabled?: boolean;
  /** Shown as the one thing that counts. */
  readonly large?: boolean;
  /** A keypad on the page types into it while it is `active`. */
  readonly keypad?: { readonly active: boolean; readonly onActive: () => void };
  readonly name?: string;
}

export function MoneyField({ label, currency, hint, fault, keypad, ...props }: MoneyFieldProps) {
  const { value, max, onInput, disabled = false, large = false, name } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const text = amountText(value);
  // The pence are at the end, and so is the caret, however the amount came in.
  useEffect(() => toEnd(input.current), [text]);
  const take = (amount: number | undefined) => {
    const next = amount ?? value;
    if (input.current) input.current.value = amountText(next);
    toEnd(input.current);
    onInput(next);
  };
  const about = fault ?? hint;
  return (
    <div class="fld money" data-large={large || undefined}>
      <label for={id}>{label}</label>
      <div class="money-box" data-active={keypad?.active || undefined}>
        <span aria-hidden="true">{currencySign(currency)}</span>
        <input
          ref={input}
          id={id}
          name={name}
          class="fld-input"
          value={text}
          inputMode={keypad ? 'none' : 'numeric'}
          disabled={disabled}
          autocomplete="off"
          aria-invalid={fault ? 'true' : undefined}
          aria-describedby={about ? `${id}-about` : undefined}
          onFocus={() => keypad?.onActive()}
          onClick={({ currentTarget }) => toEnd(currentTarget)}
          onInput={({ currentTarget }) => take(typedAmount(currentTarget.value, max))}
          onPaste={(event) => {
            event.preventDefault();
            take(pastedAmount(event.clipboardData?.getData('text') ?? '', max));
          }}
        />
      </div>
      {about && (
        <p class={fault ? 'fld-fault' : 'fld-hint'} id={`${id}-about`}>
          {about}
        </p>
      )}
    </div>
  );
}

/** A selection stays: what is typed then takes its place. */
function toEnd(input: HTMLInputElement | null): void {
  if (!input || document.activeElement !== input) return;
  if (input.selectionStart !== input.selectionEnd) return;
  input.setSelectionRange(input.value.length, input.value.length);
}
