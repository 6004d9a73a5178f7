// The screens of the waiter at the tables; functions as those of a payment.

import { moneyText } from '../../kit/money.ts';
import { pressInHall as press } from '../waiter/waiter-controller.ts';
import type { AtTable, Hall } from '../waiter/waiter-flow.ts';
import { share } from '../waiter/waiter-flow.ts';
import { Extras } from './payment-screens.tsx';
import { Choice, Choices, Face } from './screen-layout.tsx';

export function hallScreen(hall: Hall) {
  switch (hall.at) {
    case 'off':
      return null;
    case 'who':
      return (
        <Face title="Waiter number" figure={hall.typed || '–'} about="Or none, and press Enter.">
          <Choices>
            <Choice main onPress={() => press({ press: 'enter' })}>
              Show the tables
            </Choice>
          </Choices>
        </Face>
      );
    case 'tables':
      return tables(hall.tables);
    case 'bill':
      return bill(hall.table);
    case 'part':
      return part(hall);
    case 'gratuity':
      return gratuity(hall);
    case 'asking':
      return <Face title="Please wait" about={asks[hall.wish.kind]} busy />;
    case 'message':
      return (
        <Face title={hall.text} icon="info" tone="wait">
          <Choices>
            <Choice main onPress={() => press({ press: 'enter' })}>
              Go on
            </Choice>
          </Choices>
        </Face>
      );
  }
}

const asks = {
  tables: 'The till is asked for its tables',
  lock: 'The table is taken',
  bill: 'The till is asked for the bill',
  pay: 'The payment is under way',
  leave: 'The till is told',
} as const;

function tables(open: readonly string[]) {
  const about = open.length > 0 ? 'Which table?' : 'No table has anything to pay.';
  return (
    <Face title="Open tables" about={about}>
      <div class="mc-scroll">
        <Choices columns={3}>
          {open.map((tableId) => (
            <Choice key={tableId} onPress={() => press({ press: 'table', tableId })}>
              {tableId}
            </Choice>
          ))}
        </Choices>
      </div>
      <Choices>
        <Choice icon="left" onPress={() => press({ press: 'leave' })}>
          Back
        </Choice>
      </Choices>
    </Face>
  );
}

function bill({ tableId, left, currency, paidSome }: AtTable) {
  return (
    <Face
      title={`Table ${tableId}`}
      about={paidSome ? 'still to pay' : 'to pay'}
      figure={moneyText(left, currency)}
    >
      <Choices>
        <Choice main icon="send" onPress={() => press({ press: 'pay', by: 'card' })}>
          Pay by card
        </Choice>
        <Choice icon="till" onPress={() => press({ press: 'pay', by: 'other' })}>
          Paid in cash or else
        </Choice>
        {!paidSome && (
          <Choice icon="list" onPress={() => press({ press: 'bill' })}>
            Print the bill
          </Choice>
        )}
        <Choice icon="left" onPress={() => press({ press: 'leave' })}>
          Leave the table
        </Choice>
      </Choices>
    </Face>
  );
}

function part({ table, by, typed }: Extract<Hall, { at: 'part' }>) {
  const money = (amount: number) => moneyText(amount, table.currency);
  const pay = (amount: number) => press({ press: 'amount', amount });
  return (
    <Face
      title={by === 'card' ? 'How much by card?' : 'How much was paid?'}
      about={`Of ${money(table.left)}. Type an amount and press Enter, or choose.`}
      figure={money(typed)}
    >
      <Choices columns={2}>
        <Choice main detail="all" onPress={() => pay(table.left)}>
          {money(table.left)}
        </Choice>
        {[2, 3, 4]
          .filter((heads) => share(table.left, heads) > 0)
          .map((heads) => (
            <Choice
              key={heads}
              detail={`1 of ${heads}`}
              onPress={() => pay(share(table.left, heads))}
            >
              {money(share(table.left, heads))}
            </Choice>
          ))}
      </Choices>
    </Face>
  );
}

function gratuity({ table, amount, typed }: Extract<Hall, { at: 'gratuity' }>) {
  return (
    <Face
      title="Add a gratuity?"
      about={`On ${moneyText(amount, table.currency)}. Type an amount, or choose.`}
      figure={moneyText(typed, table.currency)}
    >
      <Extras
        currency={table.currency}
        amounts={[10, 12.5, 15].map((percent) => ({
          label: `${percent}%`,
          amount: Math.round((amount * percent) / 100),
        }))}
        onChoose={(chosen) => press({ press: 'amount', amount: chosen })}
      />
    </Face>
  );
}
