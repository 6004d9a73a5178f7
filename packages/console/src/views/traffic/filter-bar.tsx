// The filter of Traffic: text, method, id, direction, connection, and whether only faults are wanted.

import { useComputed } from '@preact/signals';
import { isNoFilter, methodsIn, NO_FILTER } from '../../frames/filter.ts';
import type { Frame } from '../../frames/frame.ts';
import { Button } from '../../kit/button.tsx';
import { Check, Segmented, Select, TextField } from '../../kit/field.tsx';
import { clockTime } from '../../kit/time-format.ts';
import { titleOf } from './frame-text.ts';
import {
  filter,
  paymentRequests,
  recorded,
  setFilter,
  shown,
  showPayment,
  showSource,
  source,
} from './state.ts';

export function FilterBar() {
  const { text, method, direction, id, onlyFaults, connectionId, payment } = filter.value;
  const methods = useComputed(() => methodsIn(recorded.value));
  const names = useComputed(() => lineNames());
  return (
    <search class="trf-filter">
      <Segmented label="Sockets of" value={source.value} options={sources} onChange={showSource} />
      <TextField
        label="Text"
        type="search"
        value={text}
        onInput={(value) => setFilter({ text: value })}
      />
      <Select
        label="Method"
        value={method}
        options={[all, ...methods.value.map((value) => ({ value, label: value }))]}
        onChange={(value) => setFilter({ method: value })}
      />
      <div class="trf-short trf-rare">
        <TextField label="Id" mono value={id} onInput={(value) => setFilter({ id: value })} />
      </div>
      <div class="fld trf-rare">
        <Select
          label="Direction"
          value={direction}
          options={directions}
          onChange={(value) => setFilter({ direction: value })}
        />
      </div>
      {paymentRequests.value.length > 0 && (
        <div class="fld">
          <Select
            label="Payment"
            value={String(payment)}
            options={[{ value: '0', label: 'All' }, ...paymentRequests.value.map(paymentOption)]}
            onChange={(value) => showPayment(Number(value))}
          />
        </div>
      )}
      {names.value.length > 1 && (
        <div class="fld trf-rare">
          <Select
            label="Connection"
            value={connectionId}
            options={[all, ...names.value]}
            onChange={(value) => setFilter({ connectionId: value })}
          />
        </div>
      )}
      <Check
        label="Only faults"
        checked={onlyFaults}
        onChange={(checked) => setFilter({ onlyFaults: checked })}
      />
      <output class="trf-count quiet">
        {countText(shown.value.length, recorded.value.length)}
      </output>
      {!isNoFilter(filter.value) && (
        <Button
          kind="quiet"
          icon="cross"
          onClick={() => {
            filter.value = NO_FILTER;
          }}
        >
          Show all
        </Button>
      )}
    </search>
  );
}

/** `4,990 frames`, `5 of 4,990 frames`. */
function countText(count: number, all: number): string {
  const [some, whole] = [count, all].map((number) => number.toLocaleString('en-GB'));
  const noun = all === 1 ? 'frame' : 'frames';
  return count === all ? `${whole} ${noun}` : `${some} of ${whole} ${noun}`;
}

const sources = [
  { value: 'page', label: 'This page' },
  { value: 'gateway', label: 'The gateway' },
] as const;
const all = { value: '', label: 'All' };
const directions = [
  { value: 'all', label: 'Both' },
  { value: 'sent', label: 'Sent' },
  { value: 'received', label: 'Received' },
] as const;

function paymentOption(request: Frame) {
  return { value: String(request.seq), label: `${clockTime(request.at)} ${titleOf(request)}` };
}

function lineNames() {
  const names = new Map(recorded.value.map(({ connection: { id, label } }) => [id, label]));
  return [...names].map(([value, label]) => ({ value, label }));
}
