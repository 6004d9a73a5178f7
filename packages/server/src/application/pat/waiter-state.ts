// What the waiter at one card machine is doing, as far as the journal does not say it. Pure.
//
//   idle -> listing -> choosing -> waiting (lock) -> idle -> waiting (pay) -> idle ...

import type { TableAnswer } from '../../ports/terminal-driver.ts';

export type AnswerWaiter = (answer: TableAnswer) => void;

/** A request of the waiter that is not answered yet. */
export type OpenRequest = { readonly answer: AnswerWaiter } & (
  | { readonly kind: 'tables' | 'lock' | 'bill' }
  | { readonly kind: 'pay'; readonly paymentId: string }
);

export type WaiterState =
  | { readonly kind: 'idle' }
  /** The till is asked for its tables; the terminal is busy, though nothing is locked [C-9.7]. */
  | { readonly kind: 'listing'; readonly request: OpenRequest }
  /** The waiter looks at the list; the terminal is still busy. */
  | { readonly kind: 'choosing' }
  /**
   * `refusal`: why the till refuses the lock, for the waiter; it may hold anything, so no journal
   * has it.
   */
  | { readonly kind: 'waiting'; readonly request: OpenRequest; readonly refusal?: string };

export type WaiterEvent =
  | { readonly kind: 'requested'; readonly request: OpenRequest }
  /** `hasChoice`: the answer is a list with tables in it. */
  | { readonly kind: 'answered'; readonly request: OpenRequest; readonly hasChoice: boolean }
  /** The till, or the gateway for it, refuses the lock for this reason. */
  | { readonly kind: 'lockRefused'; readonly refusal: string }
  /** A table was chosen, the waiter leaves, or nobody chose in time. */
  | { readonly kind: 'choiceEnded' }
  /** The terminal is out of reach and waits for no answer any more. */
  | { readonly kind: 'disconnected' };

export function nextWaiterState(state: WaiterState, event: WaiterEvent): WaiterState {
  switch (event.kind) {
    case 'requested':
      return {
        kind: event.request.kind === 'tables' ? 'listing' : 'waiting',
        request: event.request,
      };
    case 'answered':
      if (openRequest(state) !== event.request) return state;
      return { kind: state.kind === 'listing' && event.hasChoice ? 'choosing' : 'idle' };
    case 'lockRefused':
      if (state.kind !== 'waiting' || state.request.kind !== 'lock') return state;
      return { ...state, refusal: event.refusal };
    case 'choiceEnded':
      if (state.kind === 'listing') return { kind: 'waiting', request: state.request };
      return state.kind === 'choosing' ? { kind: 'idle' } : state;
    case 'disconnected':
      return { kind: 'idle' };
  }
}

export function openRequest(state: WaiterState): OpenRequest | undefined {
  return state.kind === 'listing' || state.kind === 'waiting' ? state.request : undefined;
}

export function lockRefusal(state: WaiterState): string | undefined {
  return state.kind === 'waiting' ? state.refusal : undefined;
}

/** Whether the terminal is busy with a list of tables [C-9.7]. */
export function isChoosing({ kind }: WaiterState): boolean {
  return kind === 'listing' || kind === 'choosing';
}
