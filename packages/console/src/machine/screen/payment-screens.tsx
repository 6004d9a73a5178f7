// The screens of a running payment, one for each kind of screen of the flow. They are functions, not components: the
// layout is then the same element on each, and a screen reader reads out what changes.

import type { Signal } from '@preact/signals';
import { outcomes } from '@tillgate/protocol';
import type { IconName } from '../../kit/icon.tsx';
import { moneyText } from '../../kit/money.ts';
import type { EntryMethod, TestCardName } from '../books/test-cards.ts';
import {
  aboutTestCard,
  CONTACTLESS_LIMIT,
  MAX_PIN_TRIES,
  TEST_PIN,
  testCards,
} from '../books/test-cards.ts';
import type { Result } from '../books/transaction-record.ts';
import type { Printer } from '../paper/printer.ts';
import type { Signature } from '../paper/signature.tsx';
import { SignaturePad, SignatureView } from '../paper/signature.tsx';
import type { CardFlow, ChipReason, FlowEvent } from '../payment/card-flow.ts';
import { entryMethods, totalOf } from '../payment/card-flow.ts';
import type { PaymentRunner } from '../payment/payment-runner.ts';
import type { Simulation } from '../payment/simulation.ts';
import { ScreenButton, ScreenButtons, ScreenLayout } from './screen-layout.tsx';

type Dispatch = (event: FlowEvent) => void;

interface PaymentScreenProps {
  readonly payments: PaymentRunner;
  readonly printer: Printer;
  readonly simulation: Simulation;
}

export function paymentScreen(flow: CardFlow, props: PaymentScreenProps) {
  const { payments, simulation } = props;
  const { screen, order } = flow;
  const { signature } = payments;
  const dispatch: Dispatch = (event) => payments.dispatch(event);
  const total = moneyText(totalOf(flow), order.currency);
  switch (screen.kind) {
    case 'paperNeeded':
      return outOfPaper('The payment goes on when there is paper.', props);
    case 'gratuity':
      return gratuity(flow, screen.typed, dispatch);
    case 'cashback':
      return cashback(flow, screen.typed, dispatch);
    case 'presentCard':
      if (screen.choosesCard) return chooseCard(flow, simulation, dispatch);
      return presentCard(flow, simulation, dispatch);
    case 'insertCard':
      return insertCard(screen.because, flow, dispatch);
    case 'keyEntry':
      return keyEntry(screen.digits, total);
    case 'pin':
      return pinEntry(screen.count, flow, dispatch);
    case 'reading':
    case 'checking':
      return <ScreenLayout title="Please wait" figure={total} busy />;
    case 'connecting':
      return (
        <ScreenLayout title="Please wait" about="Connecting to the bank" figure={total} busy />
      );
    case 'connected':
      return <ScreenLayout title="Please wait" about="The bank is asked" figure={total} busy />;
    case 'sign':
      return sign(total, signature, dispatch);
    case 'tillVerdict':
      return tillVerdict(total, signature);
    case 'waiterVerdict':
      return waiterVerdict(total, signature, dispatch);
    case 'result':
      return resultScreen(screen.result, flow);
    case 'removeCard':
      return removeCard(screen.result, dispatch);
    case 'outOfPaper':
      return outOfPaper('The receipts wait to be printed.', props);
    case 'end':
      return null;
  }
}

const typeTexts: Readonly<Record<CardFlow['order']['transactionType'], string>> = {
  SALE: 'To pay',
  REFUND: 'Refund',
  PRE_AUTH: 'To reserve',
  COMPLETION: 'To pay, reserved before',
  ACCOUNT_VERIFICATION: 'Card check, nothing to pay',
};

function gratuity(flow: CardFlow, typed: number, dispatch: Dispatch) {
  const { amount, currency } = flow.order;
  const percents = [10, 12.5, 15];
  return (
    <ScreenLayout
      title="Add a gratuity?"
      about={`On ${moneyText(amount, currency)}. Type an amount, or choose.`}
      figure={moneyText(typed, currency)}
    >
      <AmountButtons
        currency={currency}
        typed={typed}
        amounts={percents.map((percent) => ({
          label: `${percent}%`,
          amount: Math.round((amount * percent) / 100),
        }))}
        onChoose={(chosen) => dispatch({ kind: 'amount', amount: chosen })}
      />
    </ScreenLayout>
  );
}

function cashback(flow: CardFlow, typed: number, dispatch: Dispatch) {
  const { currency } = flow.order;
  const amounts = [1_000, 2_000, 5_000].map((amount) => ({ label: '', amount }));
  return (
    <ScreenLayout
      title="Cashback?"
      about="Type an amount, or choose."
      figure={moneyText(typed, currency)}
    >
      <AmountButtons
        currency={currency}
        typed={typed}
        amounts={amounts}
        onChoose={(chosen) => dispatch({ kind: 'amount', amount: chosen })}
      />
    </ScreenLayout>
  );
}

interface AmountButtonsProps {
  readonly currency: CardFlow['order']['currency'];
  readonly amounts: readonly { readonly label: string; readonly amount: number }[];
  /** In minor units; Enter then takes this amount. */
  readonly typed: number;
  readonly onChoose: (amount: number) => void;
}

export function AmountButtons({ currency, amounts, typed, onChoose }: AmountButtonsProps) {
  return (
    <ScreenButtons columns={2}>
      {amounts.map(({ label, amount }) => (
        <ScreenButton key={label + amount} onPress={() => onChoose(amount)} detail={label}>
          {moneyText(amount, currency)}
        </ScreenButton>
      ))}
      <ScreenButton main={typed === 0} onPress={() => onChoose(0)}>
        None
      </ScreenButton>
    </ScreenButtons>
  );
}

const methodTexts: Readonly<Record<EntryMethod, string>> = {
  tapCard: 'Tap card',
  tapPhone: 'Tap phone or watch',
  insert: 'Insert card',
  swipe: 'Swipe card',
  key: 'Key in number',
};

const methodIcons: Readonly<Record<EntryMethod, IconName>> = {
  tapCard: 'contactless',
  tapPhone: 'phone',
  insert: 'cardIn',
  swipe: 'cardSwipe',
  key: 'keypad',
};

function presentCard(flow: CardFlow, { card }: Simulation, dispatch: Dispatch) {
  const { order } = flow;
  const extras = [
    flow.gratuity > 0 && `with ${moneyText(flow.gratuity, order.currency)} gratuity`,
    flow.cashback > 0 && `with ${moneyText(flow.cashback, order.currency)} cashback`,
  ].filter(Boolean);
  const about = [typeTexts[order.transactionType], ...extras].join(', ');
  const { label, usualMethod } = testCards[card.value];
  return (
    <ScreenLayout
      title="Present card"
      about={about}
      figure={moneyText(totalOf(flow), order.currency)}
    >
      <ScreenButtons>
        {entryMethods.map((method, index) => (
          <ScreenButton
            key={method}
            hotkey={String(index + 1)}
            icon={methodIcons[method]}
            main={method === usualMethod}
            onPress={() => dispatch({ kind: 'entryMethod', method })}
          >
            {methodTexts[method]}
          </ScreenButton>
        ))}
        <ScreenButton
          hotkey={String(entryMethods.length + 1)}
          icon="card"
          about="choose another card"
          onPress={() => dispatch({ kind: 'openCards' })}
        >
          {label}
        </ScreenButton>
      </ScreenButtons>
    </ScreenLayout>
  );
}

function chooseCard({ order }: CardFlow, { card }: Simulation, dispatch: Dispatch) {
  const names = Object.keys(testCards) as TestCardName[];
  return (
    <ScreenLayout title="Which test card?">
      <div class="mc-scroll">
        <ScreenButtons>
          {names.map((name, index) => (
            <ScreenButton
              key={name}
              hotkey={String(index + 1)}
              main={name === card.value}
              about={aboutTestCard(name, order.currency)}
              onPress={() => {
                card.value = name;
                dispatch({ kind: 'closeCards' });
              }}
            >
              {testCards[name].label}
            </ScreenButton>
          ))}
        </ScreenButtons>
      </div>
    </ScreenLayout>
  );
}

function insertCard(because: ChipReason, flow: CardFlow, dispatch: Dispatch) {
  const { currency } = flow.order;
  const reasons: Readonly<Record<ChipReason, string>> = {
    contactlessLimit: `Above the contactless limit of ${moneyText(CONTACTLESS_LIMIT, currency)}`,
    notContactless: 'This card is not contactless',
  };
  return (
    <ScreenLayout
      title="Insert the card"
      about={reasons[because]}
      figure={moneyText(totalOf(flow), currency)}
      icon={methodIcons.insert}
      tone="wait"
    >
      <ScreenButtons>
        <ScreenButton
          main
          hotkey="1"
          icon={methodIcons.insert}
          onPress={() => dispatch({ kind: 'entryMethod', method: 'insert' })}
        >
          {methodTexts.insert}
        </ScreenButton>
      </ScreenButtons>
    </ScreenLayout>
  );
}

function keyEntry(digits: string, total: string) {
  return (
    <ScreenLayout
      title="Key in the card"
      about="Its last four digits will do; then press Enter."
      figure={total}
    >
      <p class="mc-dots" role="img" aria-label={`${digits.length} of 4 digits`}>
        •••• {digits.padEnd(4, '_')}
      </p>
    </ScreenLayout>
  );
}

function pinEntry(count: number, flow: CardFlow, dispatch: Dispatch) {
  const { wrongPins, order } = flow;
  const left = MAX_PIN_TRIES - wrongPins;
  const wrong = {
    title: 'Wrong PIN',
    about: `${left === 1 ? 'Last try' : `${left} tries left`}. ${TEST_PIN} is right; then press Enter.`,
    tone: 'bad',
  } as const;
  const first = { title: 'Enter PIN', about: `${TEST_PIN} is right; then press Enter.` };
  const digits = `${count} of ${TEST_PIN.length}`;
  return (
    <ScreenLayout
      {...(wrongPins > 0 ? wrong : first)}
      figure={moneyText(totalOf(flow), order.currency)}
    >
      <p class="mc-pin" role="img" aria-label={`${digits} digits`}>
        {[...TEST_PIN].map((_, place) => (
          <span key={place} data-full={place < count || undefined} />
        ))}
      </p>
      <span class="unseen" role="status">
        {count > 0 ? digits : ''}
      </span>
      <ScreenButtons>
        <ScreenButton icon="pen" onPress={() => dispatch({ kind: 'signInstead' })}>
          No PIN, sign instead
        </ScreenButton>
      </ScreenButtons>
    </ScreenLayout>
  );
}

function sign(total: string, signature: Signal<Signature | undefined>, dispatch: Dispatch) {
  return (
    <ScreenLayout title="Please sign" about={`For ${total}`}>
      <SignaturePad signature={signature} />
      <ScreenButtons columns={2}>
        <ScreenButton
          hotkey="Backspace"
          icon="backspace"
          onPress={() => {
            signature.value = undefined;
          }}
        >
          Wipe
        </ScreenButton>
        <ScreenButton
          main
          icon="check"
          onPress={() => signature.value && dispatch({ kind: 'signed' })}
        >
          Done
        </ScreenButton>
      </ScreenButtons>
    </ScreenLayout>
  );
}

function tillVerdict(total: string, { value }: Signal<Signature | undefined>) {
  return (
    <ScreenLayout
      title="The cashier looks at the signature"
      about={`For ${total}. The slip is printed.`}
      busy
    >
      {value && <SignatureView signature={value} />}
    </ScreenLayout>
  );
}

function waiterVerdict(
  total: string,
  { value }: Signal<Signature | undefined>,
  dispatch: Dispatch,
) {
  const judge = (accepted: boolean) => dispatch({ kind: 'verdict', accepted, unanswered: false });
  return (
    <ScreenLayout
      title="Does the signature match?"
      about={`Waiter: compare it with the card. ${total}`}
    >
      {value && <SignatureView signature={value} />}
      <ScreenButtons>
        <ScreenButton main hotkey="1" icon="check" onPress={() => judge(true)}>
          It matches
        </ScreenButton>
        <ScreenButton hotkey="2" icon="cross" onPress={() => judge(false)}>
          It does not match
        </ScreenButton>
      </ScreenButtons>
    </ScreenLayout>
  );
}

/** For the customer, who reads this screen. */
const resultTexts: Readonly<Record<Result, string>> = {
  SUCCESSFUL: 'Thank you',
  DECLINED: 'No money was taken',
  VOID: 'The payment was taken back',
  CANCELLED: 'No money was taken',
  UNSUCCESSFUL: 'No answer from the bank. No money was taken',
};

/** Where the machine declined without the bank. */
const declineTexts: Readonly<Record<NonNullable<CardFlow['declinedFor']>, string>> = {
  cardExpired: 'The card is out of date. No money was taken',
  pinTries: `${MAX_PIN_TRIES} wrong PINs. No money was taken`,
};

function resultScreen(result: Result, flow: CardFlow) {
  const { word, tone, icon } = outcomes[result];
  const about = flow.declinedFor ? declineTexts[flow.declinedFor] : resultTexts[result];
  const figure = moneyText(totalOf(flow), flow.order.currency);
  return <ScreenLayout title={word} about={about} figure={figure} tone={tone} icon={icon} />;
}

function removeCard(result: Result, dispatch: Dispatch) {
  const { word, tone } = outcomes[result];
  return (
    <ScreenLayout title="Remove card" about={word} icon="cardOut" tone={tone}>
      <ScreenButtons>
        <ScreenButton main hotkey="1" onPress={() => dispatch({ kind: 'cardRemoved' })}>
          Take the card out
        </ScreenButton>
      </ScreenButtons>
    </ScreenLayout>
  );
}

function outOfPaper(about: string, props: Pick<PaymentScreenProps, 'payments' | 'printer'>) {
  return (
    <ScreenLayout title="Out of paper" about={about} icon="paper" tone="wait">
      <ScreenButtons>
        <LoadPaper {...props} />
      </ScreenButtons>
    </ScreenLayout>
  );
}

/** Loading a new roll also ends the wait of a payment for paper. */
export function LoadPaper({ payments, printer }: Pick<PaymentScreenProps, 'payments' | 'printer'>) {
  return (
    <ScreenButton
      main
      icon="paper"
      onPress={() => {
        printer.hasPaper.value = true;
        payments.dispatch({ kind: 'paperLoaded' });
      }}
    >
      Put in a new roll
    </ScreenButton>
  );
}
