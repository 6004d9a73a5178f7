// What the card machine does: the latest step in large type, earlier steps below; at the end the outcome with
// what to do, and the receipts.

import { progressText } from '@tillgate/client';
import { outcomes } from '@tillgate/protocol';
import { useNow } from '../../kit/use-now.ts';
import './status.css';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import type { Description } from '../../kit/description-list.tsx';
import { DescriptionList } from '../../kit/description-list.tsx';
import type { IconName } from '../../kit/icon.tsx';
import { Icon } from '../../kit/icon.tsx';
import { plainAmount } from '../../kit/money.ts';
import { Panel } from '../../kit/panel.tsx';
import { ReceiptView } from '../../kit/receipt-view.tsx';
import type { Tone } from '../../kit/tone.ts';
import { clearOrder, submitOrder } from './order-form.ts';
import {
  lastPaymentText,
  orderText,
  outcomeText,
  paymentFacts,
  reports,
  reportTotals,
} from './outcome-text.ts';
import type { PaymentEntry } from './payment-history.ts';
import type { TillStatus } from './till-controller.ts';
import {
  cancelPayment,
  canResolve,
  isBusy,
  payments,
  resolvePayment,
  resolvingKeys,
  showLastPayment,
  signatureRequest,
  tillStatus,
} from './till-controller.ts';

interface StatusContent {
  readonly title: string;
  readonly tid?: string;
  readonly tone: Tone;
  /** If it is not that of the tone. */
  readonly icon?: IconName;
  readonly word: string;
  readonly todo: string;
  readonly actions?: ComponentChildren;
  readonly body?: ComponentChildren;
}

export function StatusPanel() {
  const { title, tid, tone, icon, word, todo, actions, body } = contentOf(tillStatus.value);
  const box = useRef<HTMLDivElement>(null);
  const now = tillStatus.value;
  useEffect(() => {
    if (now.kind === 'nothing') return;
    // On a phone it stands below the form that has just been sent.
    const below = matchMedia('(max-width: 1023px)').matches;
    const top = box.current?.getBoundingClientRect().top ?? 0;
    if (below || top < 0) box.current?.scrollIntoView({ block: 'start' });
  }, [now, tone]);
  return (
    <div class="till-stage" ref={box}>
      <Panel title={title} actions={tid && <span class="mono quiet till-tid">{tid}</span>}>
        <div class="till-now" data-tone={tone}>
          <Icon name={icon ?? icons[tone]} size={30} />
          <div role="status">
            <p class="till-word">{word}</p>
            {todo && <p class="till-todo">{todo}</p>}
          </div>
          {actions && <div class="btns">{actions}</div>}
        </div>
        {body}
      </Panel>
    </div>
  );
}

const icons: Readonly<Record<Tone, IconName>> = {
  plain: 'till',
  accent: 'machine',
  good: 'check',
  bad: 'cross',
  wait: 'warn',
};

function contentOf(now: TillStatus): StatusContent {
  switch (now.kind) {
    case 'nothing':
      return nothing;
    case 'payment': {
      const entry = payments.value.find(({ key }) => key === now.key);
      if (!entry) return nothing;
      return entry.end ? endedContent(entry) : runningContent(entry);
    }
    case 'waiting':
      return {
        ...{ title: now.what, tid: now.tid, tone: 'accent', word: 'Asking the card machine' },
        todo: 'A report takes up to two minutes.',
      };
    case 'failed':
      return { title: now.what, tone: 'bad', word: now.why.happened, todo: now.why.todo };
    case 'lastPayment': {
      const { payment } = now;
      const { tone, icon, title, todo } = lastPaymentText(payment);
      const about = 'The last payment of this card machine, whichever till took it.';
      return {
        ...{ title: 'Last payment', tid: payment.tid, tone, icon, word: title },
        todo: todo || about,
        body: <Body facts={paymentFacts(payment)} papers={<Receipts {...payment} />} />,
      };
    }
    case 'report':
      return reportContent(now);
  }
}

const nothing: StatusContent = {
  title: 'Card machine',
  tone: 'plain',
  word: 'Ready',
  todo: 'Type an amount and press the button.',
};

function runningContent(entry: PaymentEntry): StatusContent {
  const last = entry.steps.at(-1)?.value;
  return {
    title: orderText(entry.order),
    tid: entry.order.tid,
    tone: 'accent',
    word: last === undefined ? 'Sent to the card machine' : progressText(last),
    todo: '',
    actions: (
      <>
        <Clock since={entry.at} />
        <CancelButton key={entry.key} />
      </>
    ),
    body: <Steps entry={entry} />,
  };
}

function CancelButton() {
  const [asked, setAsked] = useState(false);
  const press = () => {
    setAsked(true);
    cancelPayment();
  };
  if (signatureRequest.value) return null;
  return (
    <Button kind="danger" icon="cross" disabled={asked} onClick={press}>
      Cancel
    </Button>
  );
}

function Clock({ since }: { readonly since: number }) {
  const now = useNow();
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return (
    <span class="quiet till-clock" role="timer" aria-label="Time since the start">
      {text}
    </span>
  );
}

function endedContent(entry: PaymentEntry): StatusContent {
  const { order, end } = entry;
  const { tone, icon, title, todo } = outcomeText(entry) ?? nothingSaid;
  const payment = end && 'payment' in end ? end.payment : undefined;
  return {
    ...{ title: orderText(order), tid: order.tid, tone, icon, word: title, todo },
    actions: <NextActions entry={entry} />,
    body: (
      <Body
        facts={payment ? paymentFacts(payment) : []}
        steps={<Steps entry={entry} />}
        papers={payment && <Receipts {...payment} />}
      />
    ),
  };
}

const nothingSaid = { tone: 'plain', icon: 'till', title: '', todo: '' } as const;

function NextActions({ entry: { key, order, end } }: { readonly entry: PaymentEntry }) {
  if (end?.kind === 'unknown') {
    const busy = resolvingKeys.value.has(key);
    if (canResolve(key)) {
      return (
        <Button kind="main" icon="search" disabled={busy} onClick={() => void resolvePayment(key)}>
          {busy ? 'Finding out …' : 'Find out'}
        </Button>
      );
    }
    return (
      <Button icon="search" onClick={() => void showLastPayment(order.tid)}>
        See its last payment
      </Button>
    );
  }
  if (end?.kind === 'refused') {
    return (
      <Button icon="again" disabled={isBusy.value} onClick={() => void submitOrder(order)}>
        Try again
      </Button>
    );
  }
  if (end?.kind === 'approved' && order.method === 'preAuth') {
    const { tid, currency } = order;
    const { authCode } = end.payment;
    const amount = plainAmount(order.amount);
    const complete = () => clearOrder({ method: 'completion', amount, tid, currency, authCode });
    return (
      <Button icon="check" onClick={complete}>
        Complete it
      </Button>
    );
  }
  return null;
}

function reportContent({
  reportKind,
  report,
}: Extract<TillStatus, { kind: 'report' }>): StatusContent {
  const { label } = reports[reportKind];
  const { reportResult } = report;
  const { word, tone, icon } = outcomes[reportResult];
  return {
    ...{ title: label, tid: report.tid, tone, icon },
    word: `${label}: ${word.toLowerCase()}`,
    todo:
      reportResult === 'COMPLETE'
        ? ''
        : 'The card machine may still be at work. Look at its screen, then try again.',
    body: (
      <Body
        facts={reportTotals(report)}
        papers={
          report.reportLines.length > 0 && (
            <div class="till-papers">
              <ReceiptView title={label} lines={report.reportLines} />
            </div>
          )
        }
      />
    ),
  };
}

interface BodyProps {
  readonly facts: readonly Description[];
  readonly steps?: ComponentChildren;
  readonly papers?: ComponentChildren;
}

function Body({ facts, steps, papers }: BodyProps) {
  return (
    <div class="till-body">
      <div class="till-report">
        {facts.length > 0 && <DescriptionList entries={facts} />}
        {steps}
      </div>
      {papers}
    </div>
  );
}

function Receipts({
  receiptLines,
}: {
  readonly receiptLines: Extract<TillStatus, { kind: 'lastPayment' }>['payment']['receiptLines'];
}) {
  const { MERCHANT, CUSTOMER } = receiptLines;
  if (!MERCHANT && !CUSTOMER) return null;
  return (
    <div class="till-papers">
      {CUSTOMER && <ReceiptView title="Customer copy" lines={CUSTOMER} />}
      {MERCHANT && <ReceiptView title="Merchant copy" lines={MERCHANT} />}
    </div>
  );
}

function Steps({ entry: { steps } }: { readonly entry: PaymentEntry }) {
  if (steps.length === 0) return null;
  return (
    <section aria-label="Steps">
      <ol class="till-steps">
        {steps.map(({ value, afterMs }, index) => (
          <li key={index}>
            <span>{progressText(value)}</span>
            <span class="quiet">{(afterMs / 1000).toFixed(1)} s</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
