// The keypad of a till. Its keys write into the amount field as a keyboard does, and take no focus.

import { Icon } from '../../kit/icon.tsx';
import type { AmountKey } from '../../kit/money.ts';

const keys: readonly AmountKey[] = ['7', '8', '9', '4', '5', '6', '1', '2', '3', '0', '.', 'back'];

const keyNames: Partial<Record<AmountKey, string>> = {
  '.': 'Point',
  back: 'Take back the last digit',
};

interface KeypadProps {
  readonly disabled: boolean;
  readonly onPress: (key: AmountKey) => void;
}

export function Keypad({ disabled, onPress }: KeypadProps) {
  return (
    <fieldset class="till-keys" disabled={disabled}>
      <legend class="unseen">Keypad</legend>
      {keys.map((key) => (
        <button
          key={key}
          type="button"
          tabIndex={-1}
          aria-label={keyNames[key]}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onPress(key)}
        >
          {key === 'back' ? <Icon name="backspace" size={22} /> : key}
        </button>
      ))}
    </fieldset>
  );
}
