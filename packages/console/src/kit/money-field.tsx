// A field for an amount. It keeps the text as it was typed or pasted, and says so if that is no amount.
// Where a keypad stands beside it, a phone need not bring up its own.

import './money-field.css';
import type { Currency } from '@tillgate/protocol';
import { useId, useState } from 'preact/hooks';
import { amountFault, currencySign } from './money.ts';

interface MoneyFieldProps {
  readonly label: string;
  readonly currency: Currency;
  /** As typed; `amountIn` reads it. */
  readonly value: string;
  /** Minor units. */
  readonly max: number;
  readonly onInput: (value: string) => void;
  readonly hint?: string | undefined;
  /** What is wrong beside the form of the amount. */
  readonly fault?: string | undefined;
  readonly disabled?: boolean;
  /** Shown as the one thing that counts. */
  readonly large?: boolean;
  /** A keypad on the page types into it while it is `active`. */
  readonly keypad?: { readonly active: boolean; readonly onActive: () => void };
  readonly name?: string;
}

export function MoneyField({ label, currency, hint, keypad, ...props }: MoneyFieldProps) {
  const { value, max, onInput, disabled = false, large = false, name } = props;
  const id = useId();
  const [hasFocus, setHasFocus] = useState(false);
  const isEditing = hasFocus || (keypad?.active ?? false);
  const fault = props.fault ?? amountFault(value, max, isEditing);
  const about = fault ?? hint;
  return (
    <div class="fld money" data-large={large || undefined}>
      <label for={id}>{label}</label>
      <div class="money-box" data-active={keypad?.active || undefined}>
        <span aria-hidden="true">{currencySign(currency)}</span>
        <input
          id={id}
          name={name}
          class="fld-input"
          value={value}
          placeholder="0.00"
          inputMode={keypad ? 'none' : 'decimal'}
          disabled={disabled}
          autocomplete="off"
          aria-invalid={fault ? 'true' : undefined}
          aria-describedby={about ? `${id}-about` : undefined}
          onFocus={() => {
            setHasFocus(true);
            keypad?.onActive();
          }}
          onBlur={() => setHasFocus(false)}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
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
