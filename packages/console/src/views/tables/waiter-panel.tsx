// The waiter's card machine: which one, its screen, and what comes out of its printer.

import './waiter.css';
import { signal } from '@preact/signals';
import { outcomes, terminalStates } from '@tillgate/protocol';
import { useEffect } from 'preact/hooks';
import { refreshTidsByHand, tidsByHand } from '../../api/by-hand.ts';
import { Button } from '../../kit/button.tsx';
import { Select, TextField } from '../../kit/field.tsx';
import { moneyText } from '../../kit/money.ts';
import { Panel } from '../../kit/panel.tsx';
import { ReceiptView } from '../../kit/receipt-view.tsx';
import { describeVirtualTerminal, listedVirtualTids } from '../../kit/virtual-terminal.ts';
import type { GatewayAddress } from '../../socket/gateway-address.ts';
import { originOf } from '../../socket/gateway-address.ts';
import { PayScreen } from './pay-screen.tsx';
import {
  closeTerminal,
  leaveTable,
  listTables,
  lockTable,
  message,
  openTerminal,
  papers,
  screen,
} from './waiter-controller.ts';

const OTHER = 'other';
const tid = signal<string>(listedVirtualTids[0] ?? OTHER);
const otherTid = signal('');
const waiterId = signal('');

export function WaiterPanel({ parts }: { readonly parts: GatewayAddress }) {
  const now = screen.value;
  return (
    <Panel title="The waiter">
      <div class="wtr">
        <div class="wtr-body">
          <div class="wtr-head">
            <span class="mono">{now.kind === 'off' ? 'Card machine' : machineId()}</span>
          </div>
          <div class="wtr-screen">
            <News />
            <Shown parts={parts} />
          </div>
          <div class="wtr-slot" aria-hidden="true" />
        </div>
        <div class="wtr-papers">
          {papers.value.map(({ key, title, lines }) => (
            <ReceiptView key={key} title={title} lines={lines} />
          ))}
        </div>
      </div>
    </Panel>
  );
}

function machineId(): string {
  return tid.value === OTHER ? otherTid.value.trim() : tid.value;
}

/** Stands there always, so that what comes is read out. */
function News() {
  const news = message.value;
  return (
    <p class="wtr-said" role="status" data-tone={news?.tone}>
      {news?.text}
    </p>
  );
}

function Shown({ parts }: { readonly parts: GatewayAddress }) {
  const now = screen.value;
  switch (now.kind) {
    case 'off':
      return <TakeUp parts={parts} />;
    case 'busy':
      return <Word text={now.text} />;
    case 'tables':
      return <Choose tables={now.tables} />;
    case 'locked':
      return <PayScreen key={now.locked.amountDue} locked={now.locked} />;
    case 'paying': {
      const { currency, tableId } = now.locked;
      return (
        <Word text={now.text} about={`Table ${tableId}: ${moneyText(now.amount, currency)}`} />
      );
    }
    case 'unknown':
      return (
        <>
          <Word
            text={outcomes.TIMED_OUT.word}
            about="Look at the card machine before anything is paid again."
          />
          <Button onClick={() => void leaveTable(now.locked)}>Leave the table</Button>
        </>
      );
    case 'done':
      return (
        <>
          <Word text={`Done with table ${now.tableId}`} />
          <Button kind="main" onClick={() => void listTables()}>
            Next table
          </Button>
          <Button onClick={closeTerminal}>Put the machine down</Button>
        </>
      );
  }
}

function Word({ text, about }: { readonly text: string; readonly about?: string }) {
  return (
    <div class="wtr-word">
      {about && <p class="quiet">{about}</p>}
      <p role="status">{text}</p>
    </div>
  );
}

function TakeUp({ parts }: { readonly parts: GatewayAddress }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const id = machineId();
    if (id !== '') void openTerminal(parts, id, waiterId.value.trim());
  };
  useEffect(() => void refreshTidsByHand(new URL(originOf(parts.host)).hostname), [parts.host]);
  const byHand = terminalStates.byHand.word.toLowerCase();
  const known = listedVirtualTids.map((value) => ({
    value,
    label: tidsByHand.value.has(value) ? `${value}: ${byHand}` : value,
  }));
  return (
    <form class="stack" onSubmit={submit}>
      <Select
        label="Virtual card machine"
        hint={aboutText(machineId())}
        value={tid.value}
        options={[...known, { value: OTHER, label: 'Another one' }]}
        onChange={(value) => {
          tid.value = value;
        }}
      />
      {tid.value === OTHER && (
        <TextField
          label="Its TID"
          mono
          hint="VCM, a label, three letters and 0, 1 or 2."
          value={otherTid.value}
          onInput={(value) => {
            otherTid.value = value;
          }}
        />
      )}
      <TextField
        label="Waiter id (optional)"
        hint="Where the machine asks waiters for one."
        value={waiterId.value}
        onInput={(value) => {
          waiterId.value = value.slice(0, 16);
        }}
      />
      <Button kind="main" type="submit" icon="machine">
        Take it to a table
      </Button>
    </form>
  );
}

function aboutText(id: string): string | undefined {
  if (tidsByHand.value.has(id)) {
    return `It is ${terminalStates.byHand.word.toLowerCase()}: take the table on its own screen.`;
  }
  const plays = describeVirtualTerminal(id);
  return plays && `It ${plays}.`;
}

function Choose({ tables }: { readonly tables: readonly string[] }) {
  return (
    <>
      {tables.length === 0 ? (
        <Word
          text="No tables"
          about="None has anything to pay, the restaurant is closed, or its currency is not that of this machine."
        />
      ) : (
        <>
          <p class="wtr-title">Which table?</p>
          <ul class="wtr-tables">
            {tables.map((tableId) => (
              <li key={tableId}>
                <button type="button" onClick={() => void lockTable(tableId)}>
                  {tableId}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <div class="wtr-foot">
        <Button onClick={() => void listTables()}>Ask again</Button>
        <Button onClick={closeTerminal}>Put it down</Button>
      </div>
    </>
  );
}
