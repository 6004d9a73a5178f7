// The requests of the waiter at one card machine that are not answered yet: one at a time, and one to leave
// besides. Each is answered once, whatever happens to the machine. Both drivers use it.

import type { TableAnswer, TableRequest } from '../../ports/terminal-driver.ts';

/** Returns false, and does nothing, if the request is not open any more. */
type AnswerOnce = (answer: TableAnswer) => boolean;

interface OpenRequest {
  readonly request: TableRequest;
  readonly answer: AnswerOnce;
}

/** Sentences for the waiter. */
export interface WaiterRequestsTexts {
  readonly oneAtATime: string;
  readonly outOfReach: string;
}

const LEAVING = 'The table is being left already.';
const NOT_KNOWN = 'It is not known whether the card was charged. Look before you take another.';

export class WaiterRequests {
  readonly #texts: WaiterRequestsTexts;
  readonly #open = new Set<OpenRequest>();

  constructor(texts: WaiterRequestsTexts) {
    this.#texts = texts;
  }

  get areAnswered(): boolean {
    return this.#open.size === 0;
  }

  /** Reports a request, unless another is open; `report` gets the function that answers it. */
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

  /** The gateway or the machine is out of reach: no answer comes to what is open. */
  onDisconnected(): void {
    for (const { request, answer } of [...this.#open]) {
      const paying = request.kind === 'pay' && request.by === 'card';
      answer(paying ? { answer: 'unknown', message: NOT_KNOWN } : this.outOfReach());
    }
  }

  outOfReach(): TableAnswer {
    return no(this.#texts.outOfReach);
  }
}

function no(message: string): TableAnswer {
  return { answer: 'no', message };
}
