// Two charts by hour, drawn by uPlot: payments stacked by outcome, and durations. A chunk of its own; the colours are
// those of the swatches beside the words, so that they follow the theme.

import './hour-charts.css';
import type { api } from '@tillgate/protocol';
import { paymentResults } from '@tillgate/protocol';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { hourText, resultsText, secondsText } from './overview-text.ts';

export interface HourChartsProps {
  readonly hours: api.Overview['hours'];
}

const HOUR_S = 3_600;
/** Between two lines of the chart of payments, which come whole. */
const wholeSteps = [1, 2, 5]
  .flatMap((step) => [0, 1, 2, 3, 4, 5].map((power) => step * 10 ** power))
  .toSorted((a, b) => a - b);
const COUNTS_HEIGHT = 150;
const DURATIONS_HEIGHT = 112;
/** For the numbers of the y axis, so that both charts begin at the same place. */
const AXIS_WIDTH = 48;
/** From the top of the stack down: what is drawn first is covered by what is below it. */
const stacked = [...paymentResults].toReversed();

export function HourCharts({ hours }: HourChartsProps) {
  const box = useRef<HTMLDivElement>(null);
  const charts = useRef<readonly uPlot[]>([]);
  const [pointed, setPointed] = useState<number | null>(null);
  useEffect(() => {
    const { current: root } = box;
    if (!root) return undefined;
    const made = makeCharts(root, setPointed);
    charts.current = made;
    const resized = new ResizeObserver(() => {
      for (const chart of made) chart.setSize({ width: root.clientWidth, height: chart.height });
    });
    resized.observe(root);
    const unwatch = onThemeChange(() => {
      for (const chart of made) chart.redraw();
    });
    return () => {
      unwatch();
      resized.disconnect();
      for (const chart of made) chart.destroy();
    };
  }, []);
  useEffect(() => {
    const [counts, durations] = charts.current;
    counts?.setData(countData(hours));
    durations?.setData(durationData(hours));
  }, [hours]);
  const hour = pointed === null ? undefined : hours[pointed];
  return (
    <>
      <div ref={box} aria-hidden="true" />
      <p class="quiet ovw-pointed">
        {hour ? hourLine(hour) : 'Payments that ended in each hour; below, how long they took.'}
      </p>
    </>
  );
}

function hourLine(hour: HourChartsProps['hours'][number]): string {
  const { startsAt, p50Ms, p95Ms } = hour;
  const took =
    p50Ms === undefined || p95Ms === undefined
      ? ''
      : `; half within ${secondsText(p50Ms)}, 19 of 20 within ${secondsText(p95Ms)}`;
  return `From ${hourText(startsAt)}: ${resultsText(hour)}${took}.`;
}

function makeCharts(root: HTMLElement, onPointed: (index: number | null) => void): uPlot[] {
  const colour = colourOf(root);
  const common = {
    width: root.clientWidth,
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { show: false },
      sync: { key: 'hours' },
    },
    hooks: { setCursor: [({ cursor }: uPlot) => onPointed(cursor.idx ?? null)] },
    padding: [8, 4, 0, 0] as uPlot.Padding,
  };
  const axes = (values: uPlot.Axis.Values, incrs?: number[]): uPlot.Axis[] => {
    const lines = {
      stroke: () => colour('axis'),
      grid: { stroke: () => colour('grid'), width: 1 },
    };
    const ticks = { show: false };
    const hourValues = (_: uPlot, at: readonly number[]) =>
      at.map((seconds) => hourText(new Date(seconds * 1000).toISOString()));
    return [
      { ...lines, grid: { show: false }, ticks, space: 56, values: hourValues },
      { ...lines, ticks, size: AXIS_WIDTH, space: 22, ...(incrs && { incrs }), values },
    ];
  };
  const x = {
    time: true,
    range: (_: uPlot, from: number, to: number) =>
      [from - HOUR_S / 2, to + HOUR_S / 2] as [number, number],
  };
  const bars = uPlot.paths.bars?.({ size: [0.7, 26], align: 0 });
  const counts: uPlot.Options = {
    ...{ ...common, height: COUNTS_HEIGHT },
    scales: { x, y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] } },
    axes: axes((_, at) => at.map(String), wholeSteps),
    series: [
      {},
      ...stacked.map((result) => ({
        fill: () => colour(result),
        width: 0,
        points: { show: false },
        ...(bars && { paths: bars }),
      })),
    ],
  };
  const durations: uPlot.Options = {
    ...{ ...common, height: DURATIONS_HEIGHT },
    scales: { x, y: { range: (_, __, most) => [0, Math.max(1, most * 1.15)] } },
    axes: axes((_, at) => at.map((seconds) => `${seconds} s`)),
    series: [
      {},
      ...['p50', 'p95'].map((name) => ({
        stroke: () => colour(name),
        width: 2,
        points: { show: true, size: 5, fill: () => colour(name) },
      })),
    ],
  };
  return [new uPlot(counts, countData([]), root), new uPlot(durations, durationData([]), root)];
}

type Hours = HourChartsProps['hours'];

function secondsOf(hours: Hours): number[] {
  return hours.map(({ startsAt }) => Date.parse(startsAt) / 1000);
}

/** Each series holds the sum of its own counts and of those drawn below it. */
function countData(hours: Hours): uPlot.AlignedData {
  return [
    secondsOf(hours),
    ...stacked.map((_, index) =>
      hours.map(({ results }) =>
        stacked.slice(index).reduce((sum, result) => sum + results[result], 0),
      ),
    ),
  ];
}

/** In seconds; nothing where no payment ended. */
function durationData(hours: Hours): uPlot.AlignedData {
  const values = (name: 'p50Ms' | 'p95Ms') =>
    hours.map((hour) => {
      const ms = hour[name];
      return ms === undefined ? null : ms / 1000;
    });
  return [secondsOf(hours), values('p50Ms'), values('p95Ms')];
}

/** The colours of the theme as they are now, by the swatches of the panel and the texts around the charts. */
function colourOf(root: HTMLElement): (name: string) => string {
  return (name) => {
    const panel = root.closest('.ovw-payments') ?? root;
    if (name === 'axis') return getComputedStyle(root).color;
    if (name === 'grid') return getComputedStyle(panel).borderTopColor;
    const swatch = panel.querySelector(`[data-result="${name}"]`);
    return swatch ? getComputedStyle(swatch).backgroundColor : '';
  };
}

function onThemeChange(changed: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const chosen = new MutationObserver(changed);
  system.addEventListener('change', changed);
  chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    system.removeEventListener('change', changed);
    chosen.disconnect();
  };
}
