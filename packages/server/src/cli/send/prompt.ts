// `tillgate send` at a terminal: a prompt with a history and completion. What arrives meanwhile is printed above it, folded
// to its meaning.

import { clearLine, createInterface, cursorTo } from 'node:readline';
import type { Channel, Conversation, Endpoint, ObservedMessage } from '@tillgate/protocol';
import { CloseCode } from '@tillgate/protocol';
import { clean, note, print } from '../output.ts';
import { foldedLines } from './fold.ts';
import { historyFile, MOST_LINES, readHistory, writeHistory } from './history.ts';
import { remarksOn } from './remarks.ts';
import { completionsOf, meantBy, vocabularyOf } from './words.ts';

export interface PromptDeps {
  readonly conversation: Conversation;
  readonly endpoint: Endpoint;
  /** Whether messages are printed whole. */
  readonly raw: boolean;
}

/** Fulfilled when the person ends it by Ctrl-D or Ctrl-C, or the gateway closes the connection. */
export function runPrompt(
  channel: Channel,
  { conversation, endpoint, raw }: PromptDeps,
): Promise<void> {
  const vocabulary = vocabularyOf(endpoint);
  const open = () => conversation.pending('gateway')[0];
  const file = historyFile(process.env);
  let nextId = 1;
  const person = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: '> ',
    history: readHistory(file),
    historySize: MOST_LINES,
    removeHistoryDuplicates: true,
    completer: (line: string) =>
      completionsOf(line, { vocabulary, open: open() }) as [string[], string],
  });
  /** Prints above the prompt. */
  const above = (work: () => void): void => {
    cursorTo(process.stdout, 0);
    clearLine(process.stdout, 0);
    work();
    person.prompt(true);
  };
  const send = (line: string): void => {
    const meant = meantBy(line, { vocabulary, nextId, open: open() });
    if ('problem' in meant) {
      note(meant.problem);
      return;
    }
    const said = conversation.follow('partner', meant.text);
    const own = said.flatMap(({ id }) => (id === undefined ? [] : Number(JSON.parse(id))));
    nextId = Math.max(nextId, ...own.filter(Number.isSafeInteger).map((id) => id + 1));
    if (meant.text !== line) print(`→ ${meant.text}`);
    printRemarks(said);
    channel.send(meant.text);
  };
  return new Promise((resolve) => {
    channel.listen({
      onMessage: (text) => {
        const said = conversation.follow('gateway', text);
        above(() => {
          if (raw) print(`← ${clean(text)}`);
          else for (const line of foldedLines(text, said)) print(line);
          printRemarks(said);
        });
      },
      onClosed: (code, reason) => {
        if (code !== CloseCode.normal) {
          above(() => note(`Closed by the gateway: ${code} ${clean(reason)}`.trimEnd()));
        }
        person.close();
        resolve();
      },
    });
    person.on('history', (lines: string[]) => void writeHistory(file, lines));
    person.on('line', (line) => {
      if (line.trim() !== '') send(line);
      person.prompt();
    });
    person.on('SIGINT', () => {
      if (person.line === '') person.close();
      else person.write(null, { ctrl: true, name: 'u' });
    });
    person.on('close', () => {
      print();
      channel.close(CloseCode.normal, '');
    });
    person.prompt();
  });
}

function printRemarks(said: readonly ObservedMessage[]): void {
  for (const remark of said.flatMap(remarksOn)) print({ text: `  ! ${remark}`, tone: 'wait' });
}
