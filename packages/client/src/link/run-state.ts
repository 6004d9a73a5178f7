// How far one order is, as a value: whether money may have moved, and whether a cancel can still come in
// time. `next` gives the state after an event and what it asks for; `OrderRun` carries that out [C-13.11].

export type RunState =
  /** No money can have moved: an order that fails here has taken nothing. */
  | { readonly kind: 'uncommitted'; readonly cancel: CancelState }
  /** From `screen.commit()` on money may have moved: an order that fails here is not known. */
  | { readonly kind: 'committed'; readonly cancel: CancelState }
  /** `start` has returned or thrown; its end is being saved. */
  | { readonly kind: 'ended'; readonly committed: boolean; readonly cancel: CancelState };

/** `closed`: a cancel is too late, and the till gets that answer. */
type CancelState = 'open' | 'requested' | 'closed';

export type RunEvent =
  /** The till wants to cancel. */
  | { readonly kind: 'cancelRequested' }
  /** `screen.commit()` was called. */
  | { readonly kind: 'commitCalled'; readonly cancellable: boolean }
  /** `memory` could not save that money may move. */
  | { readonly kind: 'commitFailed' }
  | { readonly kind: 'ended' }
  /** The end is saved, or is not known. */
  | { readonly kind: 'cancelResolved'; readonly cancelled: boolean };

export type RunEffect =
  | { readonly kind: 'abortSignal' }
  | { readonly kind: 'sendCancelDecided'; readonly cancelled: boolean };

export interface RunStep {
  readonly state: RunState;
  readonly effects: readonly RunEffect[];
}

export const uncommitted: RunState = { kind: 'uncommitted', cancel: 'open' };

export function isCommitted(state: RunState): boolean {
  return state.kind === 'ended' ? state.committed : state.kind === 'committed';
}

export function next(state: RunState, event: RunEvent): RunStep {
  switch (event.kind) {
    case 'cancelRequested':
      return requestCancel(state);
    case 'commitCalled': {
      if (state.kind === 'ended') return { state, effects: [] };
      const step = event.cancellable ? { state, effects: [] } : closeCancel(state, false);
      return { ...step, state: { kind: 'committed', cancel: step.state.cancel } };
    }
    case 'commitFailed':
      if (state.kind === 'ended') return { state: { ...state, committed: false }, effects: [] };
      return { state: { kind: 'uncommitted', cancel: state.cancel }, effects: [] };
    case 'ended': {
      const ended = { committed: isCommitted(state), cancel: state.cancel };
      return { state: { kind: 'ended', ...ended }, effects: [] };
    }
    case 'cancelResolved':
      return closeCancel(state, event.cancelled);
  }
}

function requestCancel(state: RunState): RunStep {
  switch (state.cancel) {
    case 'open':
      return { state: { ...state, cancel: 'requested' }, effects: [{ kind: 'abortSignal' }] };
    case 'requested':
      return { state, effects: [] };
    case 'closed':
      return { state, effects: [{ kind: 'sendCancelDecided', cancelled: false }] };
  }
}

/** A cancel that was requested is answered; one that comes later is too late. */
function closeCancel(state: RunState, cancelled: boolean): RunStep {
  const requested = state.cancel === 'requested';
  return {
    state: { ...state, cancel: 'closed' },
    effects: requested ? [{ kind: 'sendCancelDecided', cancelled }] : [],
  };
}
