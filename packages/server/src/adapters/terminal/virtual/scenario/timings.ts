// The times that a virtual card machine takes for its steps [C-11.15 - C-11.18].

/** `realistic` (as a person), `instant`, or a factor above 0: 2 is twice as fast as `realistic`. */
export type Pace = 'realistic' | 'instant' | number;

/** All in milliseconds. */
export interface VirtualTimings {
  /** Time from the start of a transaction to its first value. */
  readonly virtualStartMs: number;
  /** Time that a value is shown, unless one below applies. */
  readonly virtualStepMs: number;
  /** Time that PRESENT_CARD is shown. */
  readonly virtualCardMs: number;
  /** Time after which the machine cancels if no card is presented [C-10.24]. */
  readonly virtualNoCardMs: number;
  /** Time that PIN_ENTRY is shown. */
  readonly virtualPinMs: number;
  /** Time that REMOVE_CARD is shown. */
  readonly virtualRemoveMs: number;
  /** Length of a silence; 0: the machine stays silent until it is queried [C-10.7]. */
  readonly virtualSilenceMs: number;
  /** Time that a report takes. */
  readonly virtualReportMs: number;
}

/** The times of `pace`, with `overrides` in their place. Throws RangeError if a factor is not above 0. */
export function timingsOf(pace: Pace, overrides: Partial<VirtualTimings>): VirtualTimings {
  return { ...paced(pace), ...overrides };
}

/** As recorded at the vendor's virtual card machine: a sale with chip and PIN takes 8.7 s. */
const realistic: VirtualTimings = {
  virtualStartMs: 1000,
  virtualStepMs: 280,
  virtualCardMs: 4100,
  virtualNoCardMs: 60_000,
  virtualPinMs: 1100,
  virtualRemoveMs: 1100,
  virtualSilenceMs: 10_000,
  virtualReportMs: 2000,
};

/** A silence of 0 would have no end, so the shortest is 1 ms. */
const instant: VirtualTimings = {
  virtualStartMs: 0,
  virtualStepMs: 0,
  virtualCardMs: 0,
  virtualNoCardMs: 0,
  virtualPinMs: 0,
  virtualRemoveMs: 0,
  virtualSilenceMs: 1,
  virtualReportMs: 0,
};

function paced(pace: Pace): VirtualTimings {
  if (pace === 'realistic') return realistic;
  if (pace === 'instant') return instant;
  if (!(pace > 0)) throw new RangeError(`A pace is a number above 0, not ${pace}.`);
  return {
    virtualStartMs: realistic.virtualStartMs / pace,
    virtualStepMs: realistic.virtualStepMs / pace,
    virtualCardMs: realistic.virtualCardMs / pace,
    virtualNoCardMs: realistic.virtualNoCardMs / pace,
    virtualPinMs: realistic.virtualPinMs / pace,
    virtualRemoveMs: realistic.virtualRemoveMs / pace,
    virtualSilenceMs: Math.max(1, realistic.virtualSilenceMs / pace),
    virtualReportMs: realistic.virtualReportMs / pace,
  };
}
