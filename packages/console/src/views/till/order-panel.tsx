// The form of the cashier: card machine, method, amount with its keypad, and what a method has more.

import { useEffect } from 'preact/hooks';
import { Dot } from '../../kit/badge.tsx';
import { Button, IconButton } from '../../kit/button.tsx';
import { Check, Segmented, Select, TextField } from '../../kit/field.tsx';
import type { MoneyKey } from '../../kit/money.ts';
import { pressed } from '../../kit/money.ts';
import { MoneyField } from '../../kit/money-field.tsx';
import { Panel } from '../../kit/panel.tsx';
import { clockTime } from '../../kit/time-format.ts';
import { virtualWords } from '../../kit/virtual-terminal.ts';
import { Keypad } from './keypad.tsx';
import type { Method } from './order.ts';
import { actText, faultsOf, methods, mostOf, takes } from './order.ts';
import type { MoneyPart } from './order-form.ts';
import { active, choose, clear, draft, faults, set, tried } from './order-form.ts';
import { lineState, look, machines, seenAt } from './till-connection.ts';
import { atWork, isBusy, take } from './till-controller.ts';

export function OrderPanel() {
  const press = (key: MoneyKey) => {
    const part = active.value;
    if (!takes(draft.value.method, part)) return;
    set({ [part]: pressed(draft.value[part], key, mostOf[part]) });
  };
  useKeys(press);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    tried.value = true;
    const order = draft.value;
    if (isBusy.value || Object.keys(faultsOf(order)).length > 0) {
      requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid]')?.focus());
      return;
    }
    clear();
    void take(order);
  };
  return (
    <Panel title="Payment">
      <form class="stack" onSubmit={submit} noValidate>
        <MachineField />
        <MethodField />
        <AmountField part="amount" />
        <Extras />
        <Keypad disabled={!takes(draft.value.method, active.value)} onPress={press} />
        <div class="till-take">
          <Button
            kind="main"
            type="submit"
            disabled={isBusy.value || lineState.value.state !== 'open'}
          >
            {actText(draft.value)}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

/** Digits that are typed while nothing else has the focus go to the amount as well. */
function useKeys(press: (key: MoneyKey) => void): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      const { target, key, ctrlKey, metaKey, altKey } = event;
      const nowhere = target === document.body || (target as HTMLElement).id === 'main';
      if (!nowhere || ctrlKey || metaKey || altKey) return;
      if (/^[0-9]$/.test(key)) press(key as MoneyKey);
      else if (key === 'Backspace') press('back');
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, [press]);
}

function MachineField() {
  const { tid } = draft.value;
  const found = machines.value;
  const gone = tid !== '' && !found.some((machine) => machine.tid === tid);
  const listed = [...found.map((machine) => machine.tid), ...(gone ? [tid] : [])];
  const choices = listed.map((value) => ({ value, label: labelOf(value) }));
  const none = { value: '', label: 'No card machine is connected' };
  return (
    <Select
      label="Card machine"
      value={tid}
      choices={choices.length > 0 ? choices : [none]}
      fault={faults.value.tid}
      hint={<MachineState />}
      onChange={choose}
      after={
        <IconButton
          icon="again"
          label="Look which card machines are there"
          disabled={lineState.value.state !== 'open'}
          onClick={() => void look()}
        />
      }
    />
  );
}

function labelOf(tid: string): string {
  const plays = virtualWords(tid);
  return plays === undefined ? tid : `${tid}: ${plays}`;
}

function MachineState() {
  const { tid } = draft.value;
  const machine = machines.value.find((one) => one.tid === tid);
  if (!machine) {
    const text = tid === '' ? 'Link one, or start a gateway with a test site.' : 'Not connected';
    return (
      <span class="till-state">
        <Dot tone={tid === '' ? 'plain' : 'bad'} />
        {text}
      </span>
    );
  }
  const free = machine.status === 'AVAILABLE' && atWork.value !== tid;
  return (
    <span class="till-state">
      <Dot tone={free ? 'good' : 'wait'} />
      {free ? 'Available' : 'Busy'}, {machine.currency}
      {atWork.value !== tid && seenAt.value !== undefined && `, as of ${clockTime(seenAt.value)}`}
    </span>
  );
}

function MethodField() {
  const now = draft.value.method;
  return (
    <Segmented
      label="Method"
      hint={methods[now].about}
      wide
      value={now}
      choices={Object.entries(methods).map(([value, { label }]) => ({
        value: value as Method,
        label,
      }))}
      onChange={(method) => {
        set({ method });
        active.value = 'amount';
        tried.value = false;
      }}
    />
  );
}

const partWords = { amount: 'Amount', cashback: 'Cashback' } as const;

function AmountField({ part }: { readonly part: MoneyPart }) {
  const order = draft.value;
  const used = takes(order.method, part);
  return (
    <MoneyField
      label={partWords[part]}
      name={part}
      large={part === 'amount'}
      currency={order.currency}
      value={used ? order[part] : 0}
      most={mostOf[part]}
      disabled={!used}
      fault={faults.value[part]}
      keypad={{
        active: used && active.value === part,
        onActive: () => {
          active.value = part;
        },
      }}
      onInput={(value) => set({ [part]: value })}
    />
  );
}

function Extras() {
  const { method, authCode, notPresent } = draft.value;
  if (method === 'accountVerification') return null;
  return (
    <div class="till-extras">
      {takes(method, 'cashback') && <AmountField part="cashback" />}
      {takes(method, 'authCode') && (
        <TextField
          label="Code of the pre-auth"
          name="auth-code"
          mono
          value={authCode}
          fault={faults.value.authCode}
          onInput={(value) => set({ authCode: value })}
        />
      )}
      <Check
        label="Cardholder absent"
        hint="The number is keyed in."
        checked={notPresent}
        onChange={(checked) => set({ notPresent: checked })}
      />
    </div>
  );
}
