// The keypad of the machine: ten digits, Cancel, Clear and Enter.

import './keypad.css';
import { Icon } from '../../kit/icon.tsx';
import type { FlowEvent, Key } from '../payment/card-flow.ts';

const digits: readonly Key[] = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

export type KeypadEvent = Extract<FlowEvent, { kind: 'digit' | 'enter' | 'clear' | 'cancel' }>;

interface KeypadProps {
  readonly onPress: (event: KeypadEvent) => void;
}

export function Keypad({ onPress }: KeypadProps) {
  const digit = (key: Key) => (
    <button
      key={key}
      class="mc-key"
      data-key={key === '0' ? 'zero' : undefined}
      type="button"
      onClick={() => onPress({ kind: 'digit', key })}
    >
      {key}
    </button>
  );
  return (
    <fieldset class="mc-keys" aria-label="Keypad">
      {digits.map(digit)}
      <span class="mc-blank" />
      {digit('0')}
      <span class="mc-blank" />
      <button class="mc-key" data-key="cancel" type="button" onClick={() => onPress(cancel)}>
        <Icon name="cross" size={20} />
        Cancel
      </button>
      <button class="mc-key" data-key="clear" type="button" onClick={() => onPress(clear)}>
        <Icon name="backspace" size={20} />
        Clear
      </button>
      <button class="mc-key" data-key="enter" type="button" onClick={() => onPress(enter)}>
        <Icon name="check" size={20} />
        Enter
      </button>
    </fieldset>
  );
}

const cancel: KeypadEvent = { kind: 'cancel' };
const clear: KeypadEvent = { kind: 'clear' };
const enter: KeypadEvent = { kind: 'enter' };

/** The event for a key of a keyboard, by its `KeyboardEvent.key`; undefined for a key that the keypad lacks. */
export function eventForKey(name: string): KeypadEvent | undefined {
  if (/^\d$/.test(name)) return { kind: 'digit', key: name as Key };
  const named: Readonly<Record<string, KeypadEvent>> = {
    Enter: enter,
    Escape: cancel,
    Backspace: clear,
    Delete: clear,
  };
  return named[name];
}

/** The name of a key of the keypad, as buttons on the screen give it. */
export function keyName(event: KeypadEvent): string {
  if (event.kind === 'digit') return event.key;
  return { enter: 'Enter', clear: 'Backspace', cancel: 'Escape' }[event.kind];
}
