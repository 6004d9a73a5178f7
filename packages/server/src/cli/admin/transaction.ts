// `tillgate transaction ID`: all that happened to one transaction, then its payment and receipts; or its picture.

import { writeFileSync } from 'node:fs';
import type { api } from '@tillgate/protocol';
import { pictureOf, pictureSvg } from '@tillgate/protocol';
import { keptFrames } from '../../application/admin/kept-frames.ts';
import { shownStory } from '../../application/admin/story.ts';
import { eventText, publishedEvent } from '../../application/journal/event-text.ts';
import type { TransactionStory } from '../../application/journal/transactions.ts';
import { readTransaction } from '../../application/journal/transactions.ts';
import { command as define } from '../command.ts';
import { commandText } from '../command-name.ts';
import { dateTimeText, differenceText, timeText } from '../date-time.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { clean, print, printJson } from '../output.ts';
import { printPayment, printReceipts, printReport } from '../payment-text.ts';
import type { Journal } from './open-journal.ts';
import { journalOptions, withJournal } from './open-journal.ts';
import { noteDamaged, transactionJson } from './transactions.ts';

export const command = define({
  usage: 'transaction SITE/TID/NUMBER [options]',
  about: [
    'Shows what happened to one transaction, report or table, with times, then payments and their',
    'receipts. The ID is that of `tillgate transactions`, such as testhost/VCMINVLSIP0/42.',
    'A picture has till, gateway and card machine as columns, and what went between them.',
  ],
  words: ['SITE/TID/NUMBER'],
  options: {
    picture: { type: 'string', value: 'FILE', about: 'Write its picture as SVG to a new file.' },
    ...journalOptions,
  },
  run: async (values, [id = '']) => {
    const story = await withJournal(values, (journal) => readWithFrames(journal, id));
    if (!story) {
      throw new UsageError(
        `There is no transaction "${clean(id)}" in the journal. IDs: ${commandText('transactions')}`,
      );
    }
    const { summary, events, results } = story;
    if (values.picture !== undefined) {
      writePicture(shownStory(story, story.frames), values.picture);
      if (values.json) printJson({ file: values.picture });
      else print(`The picture of ${id} was written to ${values.picture}.`);
      return exitCode.done;
    }
    if (values.json) {
      printJson({
        ...transactionJson(summary),
        events: events.map(publishedEvent),
        ...named(story),
      });
      return exitCode.done;
    }
    print(`${summary.type} ${id}, begun ${dateTimeText(summary.startedAt)}`);
    let before = summary.startedAt;
    for (const event of events) {
      const difference = differenceText(event.at - before).padStart(12);
      print(`  ${timeText(event.at, { ms: true })} ${difference}  ${clean(eventText(event))}`);
      before = event.at;
    }
    print();
    if (summary.result === 'OPEN') print('It is still open.');
    for (const result of results) printResult(result);
    return exitCode.done;
  },
});

/** With the messages that are kept in the journal; others are in the memory of a running gateway only. */
async function readWithFrames(journal: Journal, id: string) {
  const story = await readTransaction({ store: journal, onDamaged: noteDamaged }, id);
  return story && { ...story, frames: await keptFrames(journal, id) };
}

function writePicture(story: api.TransactionStory, file: string): void {
  const { type, id } = story.summary;
  const svg = pictureSvg(pictureOf(story), { title: `${type} ${id}` });
  try {
    writeFileSync(file, svg, { flag: 'wx' });
  } catch (cause) {
    const isThere = Object(cause).code === 'EEXIST';
    const why = isThere ? 'it exists already' : 'it cannot be written';
    throw new UsageError(`--picture: expected a new file, got "${clean(file)}": ${why}.`, {
      cause,
    });
  }
}

type Result = TransactionStory['results'][number];

function printResult(result: Result): void {
  if ('reportResult' in result) {
    printReport(result);
    return;
  }
  printPayment(result);
  printReceipts(result);
}

/** A table may have many payments. */
function named({ summary, results }: TransactionStory): object {
  const [result] = results;
  if (summary.tableId !== undefined) return { payments: results };
  if (!result) return {};
  return 'reportResult' in result ? { report: result } : { payment: result };
}
