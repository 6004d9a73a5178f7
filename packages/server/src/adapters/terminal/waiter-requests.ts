// The unanswered requests of the waiter at one card machine: one at a time, and a `leave` request in addition.
// Each gets exactly one answer, also when the machine disconnects. The virtual and the linked terminal use it.

import type { TableAnswer, TableRequest } from '../../ports/terminal-driver.ts';

/** Answers the request; returns false, and does nothing, if it was answered before. */
type AnswerOnce = (answer: TableAnswer) => boolean;

interface OpenRequest {
  readonly request: TableRequest;
  readonly answer: AnswerOnce;
}

/** The messages of refusals, shown to the waiter. */
export interface WaiterRequestsTexts {
  readonly oneAtATime: string;
  readonly outOfReach: string;
}

const LEAVING = 'The table is being left already.';
const NOT_KNOWN = 'It is not known whether the card was charged. Look before you take another.';

/** At most one open request of a waiter, and one `leave` beside it. */
export class WaiterRequests {
  readonly #texts: WaiterRequestsTexts;
  readonly #open = new Set<OpenRequest>();

  constructor(texts: WaiterRequestsTexts) {
    this.#texts = texts;
  }

  /** Whether no request is open. */
  get areAnswered(): boolean {
    return this.#open.size === 0;
  }

  /**
   * Opens a request and calls `report` with the function that answers it. A second request at a time is answered
   * `no` without a report; a `leave` is accepted unless another `leave` is open.
   */
  send(request: TableRequest, report: (answer: AnswerOnce) => void): Promise<TableAnswer> {
    const kinds = [...this.#open].map((open) => open.request.kind);
    if (kinds.includes('leave')) return Promise.resolve(no(LEAVING));
    if (kinds.length > 0 && request.kind !== 'leave') {
      return Promise.resolve(no(this.#texts.oneAtATime));
    }
    const { promise, resolve } = Promise.withResolvers<TableAnswer>();
    const open: OpenRequest = {
      request,
      answer: (answer) => {
        const wasOpen = this.#open.delete(open);
        if (wasOpen) resolve(answer);
        return wasOpen;
      },
    };
    this.#open.add(open);
    report(open.answer);
    return promise;
  }

  /**
   * Answers all open requests when the gateway or the machine cannot be reached: `unknown` for a card payment,
   * which may have been taken, otherwise `no`.
   */
  onDisconnected(): void {
    for (const { request, answer } of [...this.#open]) {
      const paying = request.kind === 'pay' && request.by === 'card';
      answer(paying ? { answer: 'unknown', message: NOT_KNOWN } : this.outOfReach());
    }
  }

  /** The refusal of a request while the gateway or the machine cannot be reached. */
  outOfReach(): TableAnswer {
    return no(this.#texts.outOfReach);
  }
}

function no(message: string): TableAnswer {
  return { answer: 'no', message };
}
