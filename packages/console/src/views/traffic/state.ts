// State of Traffic: the source of the frames, the filter, the selected frame, and whether the list is paused. It
// stays while other views are open.

import { computed, signal } from '@preact/signals';
import { closeStream, openStream } from '../../api/event-stream.ts';
import type { Filter } from '../../frames/filter.ts';
import {
  filterFrames,
  filterOfQuery,
  framesOf,
  NO_FILTER,
  queryOfFilter,
} from '../../frames/filter.ts';
import type { Frame } from '../../frames/frame.ts';
import { isPaymentRequest } from '../../frames/payment-frames.ts';
import { gatewayFrames, pageFrames } from '../../frames/store.ts';

/** Whether the sockets of this page or of the gateway are shown. */
export const source = signal<'page' | 'gateway'>('page');
export const frames = computed(() => (source.value === 'page' ? pageFrames : gatewayFrames));

export const filter = signal<Filter>(NO_FILTER);
/** Seq of the selected frame. */
export const chosen = signal<number | undefined>(undefined);
/** Seq after which nothing is shown, while paused; recording goes on. */
export const pausedAt = signal<number | undefined>(undefined);

/** All that may be shown, before the filter. */
export const recorded = computed<readonly Frame[]>(() => {
  const { history, changes } = frames.value;
  void changes.value;
  const until = pausedAt.value ?? Number.POSITIVE_INFINITY;
  const all = history.all();
  return history.lastSeq > until ? all.filter(({ seq }) => seq <= until) : all;
});

export const shown = computed(() => filterFrames(recorded.value, filter.value));

/** Requests of payments, the newest first. */
export const paymentRequests = computed(() => recorded.value.filter(isPaymentRequest).reverse());

/** The frames of the payment that is shown; none while all are. */
export const paymentFrames = computed(() =>
  filter.value.payment === 0 ? [] : framesOf(recorded.value, filter.value.payment),
);

/** Count of frames that came since the list was paused. */
export const waiting = computed(() => {
  const { history, changes } = frames.value;
  void changes.value;
  return pausedAt.value === undefined ? 0 : history.size - recorded.value.length;
});

export const frame = computed(() => {
  const { history, changes } = frames.value;
  void changes.value;
  return chosen.value === undefined ? undefined : history.get(chosen.value);
});

/** Shows the sockets of this page, or follows all of the gateway. */
export function showSource(whose: 'page' | 'gateway'): void {
  source.value = whose;
  chosen.value = undefined;
  pausedAt.value = undefined;
  filter.value = { ...filter.value, connectionId: '', payment: 0 };
  if (whose === 'gateway') openStream();
  else closeStream();
}

/** The source and the filter as the query of an address. */
export const addressQuery = computed(() => ({
  ...(source.value === 'gateway' && { of: 'gateway' }),
  ...queryOfFilter(filter.value),
}));

/** Shows what the query of an address says. */
export function showQuery({ of, ...rest }: Readonly<Record<string, string>>): void {
  const whose = of === 'gateway' ? 'gateway' : 'page';
  if (whose !== source.peek()) showSource(whose);
  const { connectionId, payment } = filter.peek();
  filter.value = { ...filterOfQuery(rest), connectionId, payment };
}

export function setFilter(change: Partial<Filter>): void {
  filter.value = { ...filter.value, ...change };
}

export function togglePause(): void {
  pausedAt.value = pausedAt.value === undefined ? frames.value.history.lastSeq : undefined;
}

/** Shows the frames of one payment, and its picture. */
export function showPayment(seq: number): void {
  setFilter({ payment: seq });
  chosen.value = undefined;
}

/** Selects a frame; if the filter hides it, all frames are shown again. */
export function selectFrame(seq: number): void {
  chosen.value = seq;
  if (!shown.value.some((one) => one.seq === seq)) filter.value = NO_FILTER;
}
