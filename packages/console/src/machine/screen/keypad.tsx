// The keys below the screen: ten digits, and the three coloured ones.

import { Icon } from '../../kit/icon.tsx';
import type { Key, Press } from '../payment/card-flow.ts';

const digits: readonly Key[] = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

interface KeysProps {
  readonly onPress: (press: Press) => void;
}

export function Keys({ onPress }: KeysProps) {
  const digit = (key: Key) => (
    <button
      key={key}
      class="mc-key"
      data-key={key === '0' ? 'zero' : undefined}
      type="button"
      onClick={() => onPress({ press: 'digit', key })}
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
        <Icon name="left" size={20} />
        Clear
      </button>
      <button class="mc-key" data-key="enter" type="button" onClick={() => onPress(enter)}>
        <Icon name="check" size={20} />
        Enter
      </button>
    </fieldset>
  );
}

const cancel: Press = { press: 'cancel' };
const clear: Press = { press: 'clear' };
const enter: Press = { press: 'enter' };

/** The machine's key for one of a keyboard. */
export function keyOf(name: string): Press | undefined {
  if (/^\d$/.test(name)) return { press: 'digit', key: name as Key };
  const named: Readonly<Record<string, Press>> = {
    Enter: enter,
    Escape: cancel,
    Backspace: clear,
    Delete: clear,
  };
  return named[name];
}
