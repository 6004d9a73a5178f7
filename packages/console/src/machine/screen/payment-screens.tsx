// The screens of a payment in hand, one for each stage of the play. Each is a function that gives a face, not
// a component: so the face stays, and what it says is read out.

import type { IconName } from '../../kit/icon.tsx';
import { moneyText } from '../../kit/money.ts';
import { Glass, InkView } from '../paper/signature.tsx';
import type { Play, Press, Result, Way } from '../payment/card-flow.ts';
import { totalOf, ways } from '../payment/card-flow.ts';
import { press } from '../payment/payment-runner.ts';
import { ink, paper } from '../state.ts';
import { Choice, Choices, Face } from './screen-layout.tsx';

export function playScreen(play: Play) {
  const { stage, order } = play;
  const total = moneyText(totalOf(play), order.currency);
  switch (stage.at) {
    case 'gratuity':
      return gratuity(play, stage.typed);
    case 'cashback':
      return cashback(play, stage.typed);
    case 'present':
      return present(play);
    case 'key':
      return keyedCard(stage.digits, total);
    case 'pin':
      return pinPad(stage.count, total);
    case 'reading':
    case 'checking':
      return <Face title="Please wait" figure={total} busy />;
    case 'connecting':
      return <Face title="Please wait" about="Connecting to the bank" figure={total} busy />;
    case 'connected':
      return <Face title="Please wait" about="The bank is asked" figure={total} busy />;
    case 'sign':
      return sign(total);
    case 'judging':
      return judged(total);
    case 'judgingHere':
      return judgeHere(total);
    case 'answer':
      return answer(stage.result, total);
    case 'removeCard':
      return removeCard(stage.result);
    case 'noPaper':
      return noPaper();
    case 'end':
      return null;
  }
}

const kinds: Readonly<Record<Play['order']['transactionType'], string>> = {
  SALE: 'To pay',
  REFUND: 'Refund',
  PRE_AUTH: 'To reserve',
  COMPLETION: 'To pay, reserved before',
  ACCOUNT_VERIFICATION: 'Card check, nothing to pay',
};

function gratuity(play: Play, typed: number) {
  const { amount, currency } = play.order;
  const percents = [10, 12.5, 15];
  return (
    <Face
      title="Add a gratuity?"
      about={`On ${moneyText(amount, currency)}. Type an amount, or choose.`}
      figure={moneyText(typed, currency)}
    >
      <Extras
        currency={currency}
        amounts={percents.map((percent) => ({
          label: `${percent}%`,
          amount: Math.round((amount * percent) / 100),
        }))}
        onChoose={(chosen) => press({ press: 'amount', amount: chosen })}
      />
    </Face>
  );
}

function cashback(play: Play, typed: number) {
  const { currency } = play.order;
  const amounts = [1_000, 2_000, 5_000].map((amount) => ({ label: '', amount }));
  return (
    <Face title="Cashback?" about="Type an amount, or choose." figure={moneyText(typed, currency)}>
      <Extras
        currency={currency}
        amounts={amounts}
        onChoose={(chosen) => press({ press: 'amount', amount: chosen })}
      />
    </Face>
  );
}

interface ExtrasProps {
  readonly currency: Play['order']['currency'];
  readonly amounts: readonly { readonly label: string; readonly amount: number }[];
  readonly onChoose: (amount: number) => void;
}

export function Extras({ currency, amounts, onChoose }: ExtrasProps) {
  return (
    <Choices columns={2}>
      {amounts.map(({ label, amount }) => (
        <Choice key={label + amount} onPress={() => onChoose(amount)} detail={label}>
          {moneyText(amount, currency)}
        </Choice>
      ))}
      <Choice onPress={() => onChoose(0)}>None</Choice>
    </Choices>
  );
}

const wayWords: Readonly<Record<Way, string>> = {
  tapCard: 'Tap card',
  tapPhone: 'Tap phone or watch',
  insert: 'Insert card',
  swipe: 'Swipe card',
  key: 'Key in number',
};

const wayIcons: Readonly<Record<Way, IconName>> = {
  tapCard: 'send',
  tapPhone: 'machine',
  insert: 'down',
  swipe: 'right',
  key: 'pen',
};

function present(play: Play) {
  const { order } = play;
  const extra = [
    play.gratuity > 0 && `with ${moneyText(play.gratuity, order.currency)} gratuity`,
    play.cashback > 0 && `with ${moneyText(play.cashback, order.currency)} cashback`,
  ].filter(Boolean);
  const about = [kinds[order.transactionType], ...extra].join(', ');
  return (
    <Face title="Present card" about={about} figure={moneyText(totalOf(play), order.currency)}>
      <Choices>
        {ways.map((way, index) => (
          <Choice
            key={way}
            hotkey={String(index + 1)}
            icon={wayIcons[way]}
            onPress={() => press({ press: 'way', way })}
          >
            {wayWords[way]}
          </Choice>
        ))}
      </Choices>
    </Face>
  );
}

function keyedCard(digits: string, total: string) {
  return (
    <Face
      title="Key in the card"
      about="Its last four digits will do; then press Enter."
      figure={total}
    >
      <p class="mc-dots" role="img" aria-label={`${digits.length} of 4 digits`}>
        •••• {digits.padEnd(4, '_')}
      </p>
    </Face>
  );
}

function pinPad(count: number, total: string) {
  return (
    <Face title="Enter PIN" about="Any four digits; then press Enter." figure={total}>
      <p class="mc-pin" role="img" aria-label={`${count} of 4 digits`}>
        {[0, 1, 2, 3].map((place) => (
          <span key={place} data-full={place < count || undefined} />
        ))}
      </p>
      <span class="unseen" role="status">
        {count > 0 ? `${count} of 4` : ''}
      </span>
      <Choices>
        <Choice icon="pen" onPress={() => press({ press: 'signInstead' })}>
          No PIN, sign instead
        </Choice>
      </Choices>
    </Face>
  );
}

function sign(total: string) {
  return (
    <Face title="Please sign" about={`For ${total}`}>
      <Glass />
      <Choices columns={2}>
        <Choice
          icon="backspace"
          onPress={() => {
            ink.value = undefined;
          }}
        >
          Wipe
        </Choice>
        <Choice main icon="check" onPress={() => ink.value && press({ press: 'signed' })}>
          Done
        </Choice>
      </Choices>
    </Face>
  );
}

function judged(total: string) {
  return (
    <Face
      title="The cashier looks at the signature"
      about={`For ${total}. The slip is printed.`}
      busy
    >
      {ink.value && <InkView ink={ink.value} />}
    </Face>
  );
}

function judgeHere(total: string) {
  const judge = (accepted: boolean) => press({ press: 'verdict', accepted, unanswered: false });
  return (
    <Face title="Does the signature match?" about={`Waiter: compare it with the card. ${total}`}>
      {ink.value && <InkView ink={ink.value} />}
      <Choices>
        <Choice main icon="check" onPress={() => judge(true)}>
          It matches
        </Choice>
        <Choice icon="cross" onPress={() => judge(false)}>
          It does not match
        </Choice>
      </Choices>
    </Face>
  );
}

const ends: Readonly<Record<Result, { title: string; about: string }>> = {
  SUCCESSFUL: { title: 'Approved', about: 'Thank you' },
  DECLINED: { title: 'Declined', about: 'No money was taken' },
  VOID: { title: 'Void', about: 'The payment was taken back' },
  CANCELLED: { title: 'Cancelled', about: 'No money was taken' },
  UNSUCCESSFUL: { title: 'No answer from the bank', about: 'No money was taken' },
};

function answer(result: Result, total: string) {
  const good = result === 'SUCCESSFUL';
  const { title, about } = ends[result];
  return (
    <Face
      title={title}
      about={about}
      figure={total}
      tone={good ? 'good' : 'bad'}
      icon={good ? 'check' : 'cross'}
    />
  );
}

function removeCard(result: Result) {
  const tone = result === 'SUCCESSFUL' ? 'good' : 'bad';
  return (
    <Face title="Remove card" about={ends[result].title} icon="up" tone={tone}>
      <Choices>
        <Choice main onPress={() => press({ press: 'cardOut' })}>
          Take the card out
        </Choice>
      </Choices>
    </Face>
  );
}

function noPaper() {
  const roll: Press = { press: 'paperIn' };
  return (
    <Face title="Out of paper" about="The receipts wait to be printed." icon="warn" tone="wait">
      <Choices>
        <Choice
          main
          onPress={() => {
            paper.value = true;
            press(roll);
          }}
        >
          Put in a new roll
        </Choice>
      </Choices>
    </Face>
  );
}
