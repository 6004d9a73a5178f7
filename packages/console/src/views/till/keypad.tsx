// The keypad of a till. Its keys take no focus: with a keyboard one types into the field itself.

import { Icon } from '../../kit/icon.tsx';
import type { MoneyKey } from '../../kit/money.ts';

const keys: readonly MoneyKey[] = ['7', '8', '9', '4', '5', '6', '1', '2', '3', '0', '00', 'back'];

interface KeypadProps {
  readonly disabled: boolean;
  readonly onPress: (key: MoneyKey) => void;
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
          aria-label={key === 'back' ? 'Take back the last digit' : undefined}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onPress(key)}
        >
          {key === 'back' ? <Icon name="backspace" size={22} /> : key}
        </button>
      ))}
    </fieldset>
  );
}
