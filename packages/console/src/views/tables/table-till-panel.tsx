// Opens and closes the restaurant's till, and sets how it answers.

import { Button } from '../../kit/button.tsx';
import { ConnectionWord } from '../../kit/connection-word.tsx';
import { Segmented, Select } from '../../kit/field.tsx';
import { currencyOptions } from '../../kit/money.ts';
import { Notice, Panel } from '../../kit/panel.tsx';
import type { GatewayAddress } from '../../socket/gateway-address.ts';
import type { SdkConnectionState } from '../../socket/sdk-connections.ts';
import type { AnswerDelay } from './answer-delay.ts';
import { answerDelay, answerDelays } from './answer-delay.ts';
import { canChangeCurrency } from './bills.ts';
import { restaurant, setCurrency } from './restaurant-store.ts';
import { openTableTill, tableTill } from './table-till.ts';

/** What it means for the tables. */
const consequences: Readonly<Record<SdkConnectionState['state'], string>> = {
  closed: 'Card machines of this site see no tables.',
  connecting: '',
  connected: 'Card machines of this site see these tables.',
  waiting: 'What is paid meanwhile is reported afterwards.',
  refused: '',
  stopped: '',
};

export function TableTillPanel({ parts }: { readonly parts: GatewayAddress }) {
  const now = tableTill.state.value;
  const closed = now.state === 'closed' || 'why' in now;
  return (
    <Panel title="The till">
      <div class="rst-service">
        <div class="rst-state">
          <ConnectionWord state={now.state} about={consequences[now.state]} />
          {closed ? (
            <Button kind="main" icon="play" onClick={() => openTableTill(parts)}>
              Open the restaurant
            </Button>
          ) : (
            <Button icon="pause" onClick={() => tableTill.close()}>
              Close the restaurant
            </Button>
          )}
        </div>
        <CurrencyChoice closed={closed} />
        <Select
          label="It answers"
          hint={answerDelays[answerDelay.value].hint}
          value={answerDelay.value}
          options={Object.entries(answerDelays).map(([value, { label }]) => ({
            value: value as AnswerDelay,
            label,
          }))}
          onChange={(value) => {
            answerDelay.value = value;
          }}
        />
      </div>
      {now.state === 'closed' && (
        <p class="quiet">A site has one till at its tables: opening this one takes over from it.</p>
      )}
      {'why' in now && (
        <Notice tone="bad" title={now.why.happened}>
          {now.why.todo}
        </Notice>
      )}
    </Panel>
  );
}

function CurrencyChoice({ closed }: { readonly closed: boolean }) {
  const { currency, tables } = restaurant.value;
  const free = canChangeCurrency(tables);
  const why = closed ? 'Close the tables that have paid first.' : 'Set while it is closed.';
  return (
    <Segmented
      label="Currency of the bills"
      hint={closed && free ? 'Card machines in another see no tables.' : why}
      value={currency}
      options={currencyOptions}
      disabled={!closed || !free}
      onChange={setCurrency}
    />
  );
}
