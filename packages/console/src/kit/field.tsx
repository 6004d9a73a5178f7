// Labelled controls: text field, select, check box and segmented choice. Screen readers read the hint and the fault
// with the control.

import './field.css';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface Labelled {
  readonly label: string;
  /** What to enter, in few words. */
  readonly hint?: ComponentChildren;
  /** What is wrong with the value now; shown instead of the hint. */
  readonly fault?: string | undefined;
}

interface TextFieldProps extends Labelled {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: 'text' | 'password' | 'search' | 'number' | 'email' | 'date';
  readonly name?: string;
  readonly placeholder?: string;
  readonly inputMode?: 'text' | 'numeric' | 'decimal' | 'url';
  readonly mono?: boolean;
  readonly disabled?: boolean;
  /** Buttons to the right of the field. */
  readonly after?: ComponentChildren;
}

export function TextField({ label, hint, fault, after, ...props }: TextFieldProps) {
  const id = useId();
  const { value, onInput, type = 'text', name, placeholder, inputMode, mono, disabled } = props;
  return (
    <div class="fld">
      <label for={id}>{label}</label>
      <div class="fld-row">
        <input
          id={id}
          class="fld-input"
          // Its role follows from the type; the types of JSX want the two spelled out together.
          type={type as 'text'}
          name={name}
          value={value}
          placeholder={placeholder}
          inputMode={inputMode}
          disabled={disabled}
          data-mono={mono || undefined}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          aria-invalid={fault ? 'true' : undefined}
          aria-describedby={fault || hint ? `${id}-about` : undefined}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
        />
        {after}
      </div>
      <About id={`${id}-about`} hint={hint} fault={fault} />
    </div>
  );
}

export interface Option<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

interface OptionsProps<Value extends string> extends Labelled {
  readonly value: Value;
  readonly options: readonly Option<Value>[];
  readonly onChange: (value: Value) => void;
  readonly disabled?: boolean;
}

type SelectProps<Value extends string> = OptionsProps<Value> & Pick<TextFieldProps, 'after'>;

export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, hint, fault, value, options, onChange, disabled, after } = props;
  const id = useId();
  return (
    <div class="fld">
      <label for={id}>{label}</label>
      <div class="fld-row">
        <select
          id={id}
          class="fld-input"
          value={value}
          disabled={disabled}
          aria-invalid={fault ? 'true' : undefined}
          aria-describedby={fault || hint ? `${id}-about` : undefined}
          onChange={({ currentTarget }) => onChange(currentTarget.value as Value)}
        >
          {options.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
        {after}
      </div>
      <About id={`${id}-about`} hint={hint} fault={fault} />
    </div>
  );
}

interface SegmentedProps<Value extends string> extends OptionsProps<Value> {
  /** Whether it takes the whole width: for more than four choices, or long ones. */
  readonly wide?: boolean;
}

/** A few short choices, all of them visible. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const { label, hint, fault, value, options, onChange, disabled, wide } = props;
  const id = useId();
  return (
    <fieldset class="fld" disabled={disabled} aria-describedby={hint ? `${id}-about` : undefined}>
      <legend class="fld-label">{label}</legend>
      <div class="seg" data-wide={wide || undefined}>
        {options.map((choice) => (
          <label key={choice.value}>
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
            />
            {choice.label}
          </label>
        ))}
      </div>
      <About id={`${id}-about`} hint={hint} fault={fault} />
    </fieldset>
  );
}

interface CheckProps {
  readonly label: ComponentChildren;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

export function Check({ label, hint, checked, onChange, disabled }: CheckProps) {
  const id = useId();
  return (
    <div class="chk">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-about` : undefined}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {hint && (
        <span class="fld-hint" id={`${id}-about`}>
          {hint}
        </span>
      )}
    </div>
  );
}

function About({ id, hint, fault }: { id: string } & Pick<Labelled, 'hint' | 'fault'>) {
  if (fault) {
    return (
      <p class="fld-fault" id={id}>
        {fault}
      </p>
    );
  }
  if (!hint) return null;
  return (
    <p class="fld-hint" id={id}>
      {hint}
    </p>
  );
}
