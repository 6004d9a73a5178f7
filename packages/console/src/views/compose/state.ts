// State of Compose: integration and version, the chosen message, its text, and the faults in it. It stays while
// other views are open.

import { batch as atOnce, computed, effect, signal } from '@preact/signals';
import { pageFrames } from '../../frames/store.ts';
import {
  selectConnection as chooseLine,
  connections,
  selectedConnection,
} from '../../socket/connections.ts';
import { openConnection } from '../../socket/open-connection.ts';
import { selectedAddress } from '../../socket/selected-address.ts';
import { batchItems, messageIn } from './batch.ts';
import type { Draft } from './drafts.ts';
import { machineForExamples, withMachine } from './example-machine.ts';
import { findingsOf } from './lint.ts';
import { nextId, withId, withNextIds } from './message-id.ts';
import type { MessageOption, TargetApi } from './messages.ts';
import { messageOf, messageOptionsFor } from './messages.ts';
import type { SentMessage } from './sent-messages.ts';
import { rememberSent, sentMessages } from './sent-messages.ts';

/** Used while there is no connection. */
const preferredApi = signal<TargetApi>({ integration: 'pac', version: 'v1' });
const chosenName = signal('connectedTerminals.request');

export const text = signal('');
/** Whether a request gets the next id once it is sent. */
export const incrementsId = signal(true);
/** Seq of what was sent last from here. */
export const sentSeq = signal<number | undefined>(undefined);

const targetKey = computed(() => {
  const now = selectedConnection.value;
  return `${now?.name.integration ?? preferredApi.value.integration} ${now?.name.version ?? preferredApi.value.version}`;
});

export const targetApi = computed<TargetApi>(() => {
  const [integration, version] = targetKey.value.split(' ') as [
    TargetApi['integration'],
    TargetApi['version'],
  ];
  return { integration, version };
});

export const messageOptions = computed(() => messageOptionsFor(targetApi.value));

export const chosenMessage = computed<MessageOption>(() => {
  const all = messageOptions.value;
  const found = all.find(({ name }) => name === chosenName.value) ?? all[0];
  if (!found) throw new Error('A version without messages.');
  return found;
});

/** The message that the text is now: somebody may have written another method into it. */
export const currentMessage = computed(() =>
  messageOf(messageOptions.value, text.value, chosenMessage.value),
);

/** Undefined while the text is one message. */
export const batch = computed(() => batchItems(text.value));

/** What a message, or an item of a batch, is checked against. */
export function schemaOf(message: unknown): object {
  if (batch.value === undefined) return currentMessage.value.schema;
  return messageIn(message, messageOptions.value, chosenMessage.value).schema;
}

export const findings = computed(() => findingsOf(text.value, schemaOf));

/** Whether ids are counted on after sending: there is a request. */
export const hasRequest = computed(() =>
  batch.value === undefined
    ? currentMessage.value.name.endsWith('.request')
    : batch.value.some((item) => typeof Object(item).method === 'string'),
);

/** Requests of the gateway on this connection that wait for an answer. */
export const openRequests = computed(() => {
  void pageFrames.changes.value;
  return selectedConnection.value
    ? pageFrames.history.openRequests(selectedConnection.value.name)
    : [];
});

/** TIDs in the recent frames of this page, the latest first. */
export const knownTids = computed<readonly string[]>(() => {
  void pageFrames.changes.value;
  const texts = pageFrames.history
    .all()
    .slice(-300)
    .map((frame) => frame.text);
  const found = texts.flatMap((one) => [...one.matchAll(/"t(?:id|pi)":"([^"\\]{1,32})"/g)]);
  return [...new Set(found.map(([, tid = '']) => tid).toReversed())].slice(0, 12);
});

/** Fills in an example, the first one unless another is asked for. */
export function chooseMessage(choice: MessageOption, example = 0): void {
  const published = choice.examples[example] ?? choice.examples[0] ?? '';
  const filled = withMachine(published, machineForExamples(knownTids.peek()));
  const isRequest = choice.name.endsWith('.request');
  atOnce(() => {
    chosenName.value = choice.name;
    text.value = isRequest ? withId(filled, freshId()) : filled;
  });
}

/** The answer to a question of the gateway, from an example, with the question's id. */
export function composeAnswer(method: string, id: string, example: number): void {
  const choice = messageOptions.value.find(({ name }) => name === `${method}.response`);
  if (!choice) return;
  atOnce(() => {
    chooseMessage(choice, example);
    text.value = withId(text.value, id);
  });
}

export function setPreferredApi(change: Partial<TargetApi>): void {
  preferredApi.value = { ...preferredApi.value, ...change };
}

/** Opens a stored text, on a connection of its integration and version if there is one. */
export function openDraft(draft: Omit<Draft, 'name'>): void {
  const { integration, version } = draft;
  const fitting = connections.value.find(
    ({ name }) => name.integration === integration && name.version === version,
  );
  atOnce(() => {
    if (fitting) chooseLine(fitting.name.id);
    preferredApi.value = { integration, version };
    chosenName.value = draft.message;
    text.value = draft.text;
  });
}

/**
 * Connects if the page has no connection and knows the address. At the table a connection would take over from the
 * site's till, so that only a person opens it.
 */
export function connectOnce(): void {
  const address = selectedAddress.peek();
  const { integration, version } = preferredApi.peek();
  if (connections.peek().length > 0 || !address || integration !== 'pac') return;
  openConnection({ ...address, integration, version });
}

/** Sends the text as it is; false if there is no open connection. */
export function send(): boolean {
  const now = selectedConnection.value;
  if (!now?.send(text.value)) return false;
  sentSeq.value = pageFrames.history.lastSeq;
  rememberSent({ ...targetApi.value, message: currentMessage.value.name, text: text.value });
  recall = nothingRecalled;
  if (incrementsId.value && hasRequest.value) text.value = withNextIds(text.value);
  return true;
}

/** Opens a message that was sent, with new ids. */
export function openSent(sent: SentMessage): void {
  openDraft({ ...sent, text: withFreshIds(sent.text) });
}

interface Recall {
  /** 0 is what is being written, 1 the message that was sent last. */
  readonly place: number;
  readonly written: string;
}

const nothingRecalled: Recall = { place: 0, written: '' };
let recall = nothingRecalled;

/** Replaces the text by the message that was sent before, or after; false if there is none. */
export function recallSent(step: 'before' | 'after'): boolean {
  const { integration, version } = targetApi.value;
  const fitting = sentMessages
    .peek()
    .filter((sent) => sent.integration === integration && sent.version === version);
  const place = recall.place + (step === 'before' ? 1 : -1);
  if (place < 0 || place > fitting.length) return false;
  recall = { place, written: recall.place === 0 ? text.peek() : recall.written };
  const sent = fitting[place - 1];
  if (sent) openSent(sent);
  else text.value = recall.written;
  return true;
}

function withFreshIds(written: string): string {
  return incrementsId.peek() ? withNextIds(written, lastId()) : written;
}

/** An id that no message of this page has had on the connection. */
function freshId(): string {
  return nextId(lastId());
}

function lastId(): string {
  const now = selectedConnection.value;
  const used = pageFrames.history
    .all()
    .filter((frame) => frame.connection.id === now?.name.id && frame.direction === 'sent')
    .flatMap(({ messages }) => messages.map(({ id }) => Number(id)));
  return String(Math.max(0, ...used.filter(Number.isInteger)));
}

// Another integration or version has other messages: one that is missing there is replaced by the first.
effect(() => {
  const { name } = chosenMessage.value;
  if (text.peek() === '' || chosenName.peek() !== name) chooseMessage(chosenMessage.value);
});
