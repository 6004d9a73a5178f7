// How each site is: card machines, tills, its last payment and its oldest open one. Sites that call for attention are
// first.

import type { api } from '@tillgate/protocol';
import { outcomeWords, terminalStates } from '@tillgate/protocol';
import { selectSite } from '../../api/site-choice.tsx';
import { hrefOf } from '../../app/route.ts';
import { Badge, Dot } from '../../kit/badge.tsx';
import { totalText } from '../../kit/money.ts';
import { EmptyState, Panel } from '../../kit/panel.tsx';
import { Table } from '../../kit/table.tsx';
import { agoText } from '../../kit/time-format.ts';
import { attentionWords } from './overview-text.ts';

export function SitesPanel({ overview }: { readonly overview: api.Overview | undefined }) {
  const all = (
    <a class="btn" data-size="s" href={hrefOf('sites')}>
      All sites
    </a>
  );
  return (
    <Panel title="Sites" actions={all}>
      {overview && <SiteTable overview={overview} />}
    </Panel>
  );
}

function SiteTable({ overview }: { readonly overview: api.Overview }) {
  const { sites, moreSites, at } = overview;
  if (sites.length === 0) {
    return (
      <EmptyState icon="site" title={moreSites ? 'The sites cannot be read now' : 'No site yet'}>
        <p>A site is one shop, with its own host name, tokens and card machines.</p>
      </EmptyState>
    );
  }
  const now = Date.parse(at);
  return (
    <>
      <Table
        caption="Sites"
        rows={sites}
        keyOf={({ name }) => name}
        columns={[
          { title: 'Site', cell: (site) => <Name site={site} /> },
          { title: 'To look at', cell: (site) => <Attention site={site} /> },
          { title: 'Card machines', cell: (site) => <Machines site={site} /> },
          { title: 'Tills', align: 'right', cell: ({ tills }) => tills ?? '–' },
          {
            title: 'Last payment',
            cell: ({ lastPayment }) => <Payment payment={lastPayment} now={now} />,
          },
          {
            title: 'Oldest open',
            cell: ({ oldestOpen }) => <Open payment={oldestOpen} now={now} />,
          },
        ]}
      />
      {moreSites && (
        <p class="quiet">
          There are more sites. Those with something to look at, and those with payments lately, are
          shown first.
        </p>
      )}
    </>
  );
}

function Name({ site: { name, title } }: { readonly site: api.SiteOverview }) {
  return (
    <a class="ovw-site" href={hrefOf('sites')} onClick={() => selectSite(name)}>
      <b>{name}</b>
      {title !== name && <span class="quiet">{title}</span>}
    </a>
  );
}

function Attention({ site }: { readonly site: api.SiteOverview }) {
  const { name, unknown, undelivered } = site;
  if (unknown + undelivered === 0) return <span class="quiet">nothing</span>;
  return (
    <span class="badges">
      {unknown > 0 && (
        <a href={hrefOf('transactions', { site: name, result: 'TIMED_OUT', since: '24h' })}>
          <Badge tone={attentionWords.unknown.tone}>
            {unknown} {attentionWords.unknown.word.toLowerCase()}
          </Badge>
        </a>
      )}
      {undelivered > 0 && (
        <a href={hrefOf('transactions', { site: name })}>
          <Badge tone={attentionWords.undelivered.tone}>
            {undelivered} {attentionWords.undelivered.word.toLowerCase()}
          </Badge>
        </a>
      )}
    </span>
  );
}

type Machines = NonNullable<api.SiteOverview['terminals']>;

const states: readonly (readonly [keyof Machines, keyof typeof terminalStates])[] = [
  ['available', 'AVAILABLE'],
  ['busy', 'BUSY'],
  ['notConnected', 'notConnected'],
  ['notPaired', 'waitingForCode'],
  ['byHand', 'byHand'],
];

function Machines({ site: { name, here, terminals } }: { readonly site: api.SiteOverview }) {
  if (!here || !terminals) return <span class="quiet">not run by this node</span>;
  const some = states.filter(([count]) => terminals[count] > 0);
  return (
    <a class="ovw-machines" href={hrefOf('machines')} onClick={() => selectSite(name)}>
      {some.length === 0 && 'none'}
      {some.map(([count, state]) => (
        <span key={count}>
          <Dot tone={terminalStates[state].tone} />
          {terminals[count]} {terminalStates[state].word.toLowerCase()}
        </span>
      ))}
    </a>
  );
}

interface PaymentProps {
  readonly payment: api.TransactionSummary | undefined;
  readonly now: number;
}

function Payment({ payment, now }: PaymentProps) {
  if (!payment) return <span class="quiet">none yet</span>;
  const { id, result, type, startedAt } = payment;
  const { word, tone } = outcomeWords(result, type);
  return (
    <a class="ovw-payment" href={hrefOf('transactions', { open: id })}>
      <Badge tone={tone}>{word}</Badge>
      <span>{totalText(payment)}</span>
      <span class="quiet">{agoText(startedAt, now)}</span>
    </a>
  );
}

function Open({ payment, now }: PaymentProps) {
  if (!payment) return <span class="quiet">none</span>;
  return (
    <a class="ovw-payment" href={hrefOf('transactions', { open: payment.id })}>
      <span>{totalText(payment)}</span>
      <span class="quiet">since {agoText(payment.startedAt, now).replace(' ago', '')}</span>
    </a>
  );
}
