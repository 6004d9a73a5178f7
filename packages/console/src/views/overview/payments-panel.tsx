// The payments of the last 24 hours by hour and outcome, and how long they took: charts, with a table as their twin in
// text. The charts are loaded when there is something to draw.

import type { api } from '@tillgate/protocol';
import { outcomes, paymentResults } from '@tillgate/protocol';
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { EmptyState, Panel } from '../../kit/panel.tsx';
import { Table } from '../../kit/table.tsx';
import { dateTimeText } from '../../kit/time-format.ts';
import type { HourChartsProps } from './hour-charts.tsx';
import { countOf, hourText, resultsText, secondsText } from './overview-text.ts';

export function PaymentsPanel({ overview }: { readonly overview: api.Overview | undefined }) {
  return (
    <Panel title="Payments of the last 24 hours">
      <div class="ovw-payments">{overview && <Payments overview={overview} />}</div>
    </Panel>
  );
}

function Payments({ overview }: { readonly overview: api.Overview }) {
  const { lastDay, hours, countedSince, node } = overview;
  const since = dateTimeText(countedSince);
  const where = node === undefined ? '' : ' on this node';
  if (countOf(lastDay) === 0) {
    return (
      <EmptyState icon="clock" title="No payment has ended yet">
        <p>
          Counted{where} since {since}. The first one shows here as it ends.
        </p>
      </EmptyState>
    );
  }
  return (
    <>
      <Totals lastDay={lastDay} />
      <Charts hours={hours} />
      <details class="ovw-twin">
        <summary>As a table</summary>
        <HourTable hours={hours} />
      </details>
      <p class="quiet ovw-since">
        Counted{where} since {since}; in memory, so that a restart begins anew.
      </p>
    </>
  );
}

function Totals({ lastDay }: { readonly lastDay: api.PaymentCounts }) {
  const { results, p50Ms, p95Ms } = lastDay;
  return (
    <div class="ovw-totals">
      <ul aria-label="By outcome">
        {paymentResults.map((result) => (
          <li key={result} data-none={results[result] === 0 || undefined}>
            <span class="ovw-swatch" data-result={result} aria-hidden="true" />
            {outcomes[result].word}
            <b>{results[result].toLocaleString('en-GB')}</b>
          </li>
        ))}
      </ul>
      <dl>
        <div>
          <dt>
            <span class="ovw-swatch" data-result="p50" aria-hidden="true" />
            Half end within (p50)
          </dt>
          <dd>{p50Ms === undefined ? '–' : secondsText(p50Ms)}</dd>
        </div>
        <div>
          <dt>
            <span class="ovw-swatch" data-result="p95" aria-hidden="true" />
            19 of 20 within (p95)
          </dt>
          <dd>{p95Ms === undefined ? '–' : secondsText(p95Ms)}</dd>
        </div>
      </dl>
    </div>
  );
}

function Charts(props: HourChartsProps) {
  const [Loaded, setLoaded] = useState<{ readonly View?: ComponentType<HourChartsProps> }>({});
  useEffect(() => {
    import('./hour-charts.tsx').then(
      ({ HourCharts }) => setLoaded({ View: HourCharts }),
      // The table says the same.
      () => undefined,
    );
  }, []);
  return <div class="ovw-charts">{Loaded.View && <Loaded.View {...props} />}</div>;
}

function HourTable({ hours }: HourChartsProps) {
  return (
    <Table
      caption="Payments by hour"
      rows={hours.filter((one) => countOf(one) > 0).toReversed()}
      keyOf={({ startsAt }) => startsAt}
      columns={[
        { title: 'Hour from', cell: ({ startsAt }) => hourText(startsAt) },
        { title: 'Payments', cell: resultsText },
        { title: 'p50', align: 'right', cell: ({ p50Ms }) => p50Ms && secondsText(p50Ms) },
        { title: 'p95', align: 'right', cell: ({ p95Ms }) => p95Ms && secondsText(p95Ms) },
      ]}
    />
  );
}
