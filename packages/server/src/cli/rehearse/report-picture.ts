// The picture of what happened in a scenario: the till's messages, the connections that it lost, and the journal of the
// scenario's card machine.

import type { Picture, PictureLine } from '@tillgate/protocol';
import { pictureOf } from '@tillgate/protocol';
import type { ScenarioResult } from './scenario-result.ts';

/** Undefined where nothing happened. */
export function scenarioPicture(result: ScenarioResult): Picture | undefined {
  const { scenario, evidence } = result;
  const { events, transactions } = evidence;
  const picture = pictureOf({
    frames: events.flatMap(({ event }) => {
      if (event.event !== 'frame') return [];
      const isOfTill = event.integration === 'pac' || event.integration === 'pat';
      return isOfTill && event.integration !== scenario.integration ? [] : [event];
    }),
    lines: linesOf(result),
    events: transactions.flatMap((story) => story.events),
    entries: transactions.flatMap(({ entries }) => entries),
  });
  return picture.steps.length === 0 ? undefined : picture;
}

/** Connections that ended, and those by which the till came back; the first one is no return. */
function linesOf({ scenario, evidence }: ScenarioResult): readonly PictureLine[] {
  let isLost = false;
  return evidence.events.flatMap(({ event }) => {
    if (event.event !== 'opened' && event.event !== 'closed') return [];
    const { at, integration } = event;
    const isOpen = event.event === 'opened';
    if (integration !== scenario.integration || (isOpen && !isLost)) return [];
    isLost = !isOpen;
    const text = isOpen ? 'Connected.' : `The connection ended. (${event.code})`;
    return [{ at, integration, isOpen, text }];
  });
}
