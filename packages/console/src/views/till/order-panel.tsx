// The form of the cashier: card machine, method, amount with its keypad, and what a method has more.

import { terminalStates } from '@tillgate/protocol';
import { useEffect } from 'preact/hooks';
import { tidsByHand } from '../../api/by-hand.ts';
import { Dot } from '../../kit/badge.tsx';
import { Button, IconButton } from '../../kit/button.tsx';
import { Check, Segmented, Select, TextField } from '../../kit/field.tsx';
import type { AmountKey } from '../../kit/money.ts';
import { textAfterKey } from '../../kit/money.ts';
import { MoneyField } from '../../kit/money-field.tsx';
import { Panel } from '../../kit/panel.tsx';
import { clockTime } from '../../kit/time-format.ts';
import { describeVirtualTerminal } from '../../kit/virtual-terminal.ts';
import { Keypad } from './keypad.tsx';
import type { Method } from './order.ts';
import { faultsOf, hasField, maxAmounts, methods, orderOf, submitText } from './order.ts';
import type { AmountName } from './order-form.ts';
import {
  changeOrder,
  chooseTerminal,
  formFaults,
  isSubmitted,
  keypadTarget,
  orderForm,
  submitOrder,
} from './order-form.ts';
import { listedAt, refreshTerminals, terminals, till } from './till-connection.ts';
import { busyTid, isBusy } from './till-controller.ts';

export function OrderPanel() {
  const press = (key: AmountKey) => {
    const part = keypadTarget.value;
    if (!hasField(orderForm.value.method, part)) return;
    changeOrder({ [part]: textAfterKey(orderForm.value[part], key) });
  };
  useKeys(press);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    isSubmitted.value = true;
    const draft = orderForm.value;
    if (isBusy.value || Object.keys(faultsOf(draft)).length > 0) {
      requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid]')?.focus());
      return;
    }
    void submitOrder(orderOf(draft));
  };
  return (
    <Panel title="Payment">
      <form class="stack" onSubmit={submit} noValidate>
        <MachineField />
        <MethodField />
        <AmountField part="amount" />
        <Extras />
        <Keypad disabled={!hasField(orderForm.value.method, keypadTarget.value)} onPress={press} />
        <div class="till-take">
          <Button
            kind="main"
            type="submit"
            busy={isBusy.value}
            disabled={till.state.value.state !== 'connected'}
          >
            {submitText(orderOf(orderForm.value))}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

/** What is typed while nothing else has the focus goes to the amount as well. */
function useKeys(press: (key: AmountKey) => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { target, key, ctrlKey, metaKey, altKey } = event;
      const nowhere = target === document.body || (target as HTMLElement).id === 'main';
      if (!nowhere || ctrlKey || metaKey || altKey) return;
      if (/^[0-9.]$/.test(key)) press(key as AmountKey);
      else if (key === 'Backspace') press('back');
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [press]);
}

function MachineField() {
  const { tid } = orderForm.value;
  const found = terminals.value;
  const gone = tid !== '' && !found.some((machine) => machine.tid === tid);
  const listed = [...found.map((machine) => machine.tid), ...(gone ? [tid] : [])];
  const choices = listed.map((value) => ({ value, label: labelOf(value) }));
  const none = { value: '', label: 'No card machine is connected' };
  return (
    <Select
      label="Card machine"
      value={tid}
      options={choices.length > 0 ? choices : [none]}
      fault={formFaults.value.tid}
      hint={<MachineState />}
      onChange={chooseTerminal}
      after={
        <IconButton
          icon="again"
          label="Look which card machines are there"
          disabled={till.state.value.state !== 'connected'}
          onClick={() => void refreshTerminals()}
        />
      }
    />
  );
}

function labelOf(tid: string): string {
  const plays = tidsByHand.value.has(tid)
    ? terminalStates.byHand.word.toLowerCase()
    : describeVirtualTerminal(tid);
  return plays === undefined ? tid : `${tid}: ${plays}`;
}

function MachineState() {
  const { tid } = orderForm.value;
  const machine = terminals.value.find((one) => one.tid === tid);
  if (!machine) {
    const text =
      tid === ''
        ? 'Link one, or start a gateway with a test site.'
        : terminalStates.notConnected.word;
    return (
      <span class="till-state">
        <Dot tone={tid === '' ? 'plain' : terminalStates.notConnected.tone} />
        {text}
      </span>
    );
  }
  const free = machine.status === 'AVAILABLE' && busyTid.value !== tid;
  const { tone, word } = terminalStates[free ? 'AVAILABLE' : 'BUSY'];
  return (
    <span class="till-state">
      <Dot tone={tone} />
      {word}
      {tidsByHand.value.has(tid) && `, ${terminalStates.byHand.word.toLowerCase()}`},{' '}
      {machine.currency}
      {busyTid.value !== tid &&
        listedAt.value !== undefined &&
        `, as of ${clockTime(listedAt.value)}`}
    </span>
  );
}

function MethodField() {
  const now = orderForm.value.method;
  return (
    <Segmented
      label="Method"
      hint={methods[now].about}
      wide
      value={now}
      options={Object.entries(methods).map(([value, { label }]) => ({
        value: value as Method,
        label,
      }))}
      onChange={(method) => {
        changeOrder({ method });
        keypadTarget.value = 'amount';
        isSubmitted.value = false;
      }}
    />
  );
}

const partWords = { amount: 'Amount', cashback: 'Cashback' } as const;

function AmountField({ part }: { readonly part: AmountName }) {
  const order = orderForm.value;
  const used = hasField(order.method, part);
  return (
    <MoneyField
      label={partWords[part]}
      name={part}
      large={part === 'amount'}
      currency={order.currency}
      value={used ? order[part] : ''}
      max={maxAmounts[part]}
      disabled={!used}
      fault={formFaults.value[part]}
      keypad={{
        active: used && keypadTarget.value === part,
        onActive: () => {
          keypadTarget.value = part;
        },
      }}
      onInput={(value) => changeOrder({ [part]: value })}
    />
  );
}

function Extras() {
  const { method, authCode, notPresent } = orderForm.value;
  if (method === 'accountVerification') return null;
  return (
    <div class="till-extras">
      {hasField(method, 'cashback') && <AmountField part="cashback" />}
      {hasField(method, 'authCode') && (
        <TextField
          label="Code of the pre-auth"
          name="auth-code"
          mono
          value={authCode}
          fault={formFaults.value.authCode}
          onInput={(value) => changeOrder({ authCode: value })}
        />
      )}
      <Check
        label="Cardholder absent"
        hint="The number is keyed in."
        checked={notPresent}
        onChange={(checked) => changeOrder({ notPresent: checked })}
      />
    </div>
  );
}
