// A result is made into JSON text once, for the journal and for the till.

import type { ActivityEvent } from '../../domain/activity.ts';
import type { JobResult } from '../../domain/job.ts';

const texts = new WeakMap<JobResult, string>();

export function textOf(result: JobResult): string {
  let text = texts.get(result);
  if (text === undefined) {
    text = JSON.stringify(result);
    texts.set(result, text);
  }
  return text;
}

/** Called when the text is not needed any more; `textOf` would make it again. */
export function discardText(result: JobResult): void {
  texts.delete(result);
}

/** The body of a journal row. */
export function textOfEvents(events: readonly ActivityEvent[]): string {
  return `[${events.map(textOfEvent).join(',')}]`;
}

function textOfEvent(event: ActivityEvent): string {
  if (event.kind !== 'ended') return JSON.stringify(event);
  const { result, ...rest } = event;
  return `${JSON.stringify(rest).slice(0, -1)},"result":${textOf(result)}}`;
}
