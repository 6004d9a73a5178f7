// How long a virtual card machine takes [C-11.15 - C-11.18].

/** `realistic`, `instant`, or how many times as fast as a person. */
export type Pace = 'realistic' | 'instant' | number;

/** All in milliseconds. */
export interface VirtualTimings {
  /** Between two values. */
  readonly virtualStepMs: number;
  /** At PRESENT_CARD. */
  readonly virtualCardMs: number;
  /** At PIN_ENTRY. */
  readonly virtualPinMs: number;
  /** Until a machine that fell silent is back; 0: it stays silent [C-10.7]. */
  readonly virtualSilenceMs: number;
  readonly virtualReportMs: number;
}

export function timingsOf(pace: Pace, set: Partial<VirtualTimings>): VirtualTimings {
  return { ...paced(pace), ...set };
}

const realistic: VirtualTimings = {
  virtualStepMs: 500,
  virtualCardMs: 2000,
  virtualPinMs: 2000,
  virtualSilenceMs: 10_000,
  virtualReportMs: 2000,
};

/** A silence of 0 would have no end, so the shortest is 1 ms. */
const instant: VirtualTimings = {
  virtualStepMs: 0,
  virtualCardMs: 0,
  virtualPinMs: 0,
  virtualSilenceMs: 1,
  virtualReportMs: 0,
};

function paced(pace: Pace): VirtualTimings {
  if (pace === 'realistic') return realistic;
  if (pace === 'instant') return instant;
  if (!(pace > 0)) throw new RangeError(`A pace is a number above 0, not ${pace}.`);
  return {
    virtualStepMs: realistic.virtualStepMs / pace,
    virtualCardMs: realistic.virtualCardMs / pace,
    virtualPinMs: realistic.virtualPinMs / pace,
    virtualSilenceMs: Math.max(1, realistic.virtualSilenceMs / pace),
    virtualReportMs: realistic.virtualReportMs / pace,
  };
}
