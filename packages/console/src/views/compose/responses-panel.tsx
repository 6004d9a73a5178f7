// What came back since the last message was sent: progress in its order, and the answer; of a batch each answer.

import { useComputed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { hrefOf } from '../../app/route.ts';
import type { Frame, FrameMessage } from '../../frames/frame.ts';
import { errorCodeOf, isAnswer, isViolation, messageOf } from '../../frames/frame.ts';
import { pageFrames } from '../../frames/store.ts';
import { Badge } from '../../kit/badge.tsx';
import { JsonView } from '../../kit/json.tsx';
import { Notice, Panel } from '../../kit/panel.tsx';
import { durationText } from '../../kit/time-format.ts';
import { sentSeq } from './state.ts';

const MAX_STEPS = 40;

export function ResponsesPanel() {
  const back = useComputed(() => {
    void pageFrames.changes.value;
    return responsesTo(sentSeq.value);
  });
  const { sent, answer, steps } = back.value;
  const isBatch = sent !== undefined && sent.messages.length > 1;
  return (
    <Panel
      title="What came back"
      actions={
        sent && (
          <a class="btn" data-kind="quiet" data-size="s" href={hrefOf('traffic')}>
            Open Traffic
          </a>
        )
      }
    >
      <div class="stack cmp-answer" aria-live="polite">
        {!sent && <p class="quiet">Nothing was sent from here yet.</p>}
        {steps.length > 0 && (
          <ol class="badges" aria-label="Progress">
            {steps.map(({ seq, word }) => (
              <li key={seq}>
                <Badge>{word}</Badge>
              </li>
            ))}
          </ol>
        )}
        {sent && !isBatch && <Ending sent={sent} answer={answer} />}
        {isBatch && <BatchEnding sent={sent} />}
      </div>
    </Panel>
  );
}

function Ending({ sent, answer }: { readonly sent: Frame; readonly answer: Frame | undefined }) {
  const [part] = sent.messages;
  if (!answer) {
    if (part?.kind === 'request') return <Notice tone="wait" title="No answer yet." />;
    return <Notice tone="good" title="Sent. Nothing comes back to it." />;
  }
  const { kind, latencyMs, violations = [] } = answer.messages[0] ?? {};
  const after = latencyMs === undefined ? '' : ` after ${durationText(latencyMs)}`;
  const departs = isViolation(answer) && 'The answer departs from its schema; Traffic says where.';
  return (
    <>
      {kind === 'error' ? (
        <Refusal answer={answer} after={after}>
          {departs}
        </Refusal>
      ) : (
        <Notice tone="good" title={`Answered${after}.`}>
          {departs}
        </Notice>
      )}
      <JsonView key={answer.seq} label="Answer" value={messageOf(answer)} faults={violations} />
    </>
  );
}

/** Each message of a batch with its answer, then the texts that came, one unless the line was lost meanwhile. */
function BatchEnding({ sent }: { readonly sent: Frame }) {
  const answers = sent.messages.map(answerTo);
  const seqs = new Set(answers.flatMap((found) => found?.frame.seq ?? []));
  const frames = [...seqs].flatMap((seq) => pageFrames.history.get(seq) ?? []);
  return (
    <>
      <ol class="cmp-rows" aria-label="Answers of the batch">
        {sent.messages.map((part, index) => (
          <li key={index}>
            <span>
              <strong>{part.method ?? part.kind}</strong>{' '}
              {part.id !== undefined && <span class="quiet">id {part.id}</span>}
            </span>
            <PartAnswer part={part} found={answers[index]} />
          </li>
        ))}
      </ol>
      {frames.map((frame) => (
        <JsonView
          key={frame.seq}
          label="Answer"
          value={messageOf(frame)}
          faults={frame.messages.flatMap(({ violations }) => violations)}
        />
      ))}
    </>
  );
}

interface FoundAnswer {
  readonly frame: Frame;
  readonly part: FrameMessage;
  readonly value: unknown;
}

function answerTo(part: FrameMessage): FoundAnswer | undefined {
  if (!part.counterpart || isAnswer(part)) return undefined;
  const { seq, index } = part.counterpart;
  const frame = pageFrames.history.get(seq);
  const answer = frame?.messages[index];
  if (!frame || !answer) return undefined;
  const whole = messageOf(frame);
  return { frame, part: answer, value: Array.isArray(whole) ? whole[index] : whole };
}

interface PartAnswerProps {
  readonly part: FrameMessage;
  readonly found: FoundAnswer | undefined;
}

function PartAnswer({ part, found }: PartAnswerProps) {
  if (!found) {
    const isOpen = part.kind === 'request';
    return <Badge tone={isOpen ? 'wait' : 'plain'}>{isOpen ? 'No answer yet' : 'Sent'}</Badge>;
  }
  const { kind, violations, remark } = found.part;
  const { error } = Object(found.value) as { error?: { code?: unknown; message?: unknown } };
  const departs = violations.length > 0 || remark !== undefined;
  return (
    <span>
      {kind === 'error' ? (
        <>
          {String(error?.message ?? 'Refused.')} <ErrorLink code={Number(error?.code)} />
        </>
      ) : (
        <Badge tone="good">Answered</Badge>
      )}
      {departs && <Badge tone="bad">Departs from its schema</Badge>}
    </span>
  );
}

interface RefusalProps {
  readonly answer: Frame;
  /** ` after 3 ms`, or empty. */
  readonly after: string;
  readonly children: ComponentChildren;
}

/** Why it was refused, and where that is explained. */
function Refusal({ answer, after, children }: RefusalProps) {
  const { error } = Object(messageOf(answer)) as { error?: { message?: unknown } };
  const reason = typeof error?.message === 'string' ? error.message : 'No reason was given.';
  const code = errorCodeOf(answer);
  return (
    <Notice tone="bad" title={reason}>
      <p>
        Refused{after}
        {code === undefined ? '.' : ' with '}
        {code !== undefined && <ErrorLink code={code} />}
      </p>
      {children}
    </Notice>
  );
}

function ErrorLink({ code }: { readonly code: number }) {
  return (
    <a href={`../docs/errors#${code}`} target="_blank" rel="noreferrer">
      {code}
    </a>
  );
}

interface Responses {
  readonly sent?: Frame;
  readonly answer?: Frame | undefined;
  readonly steps: readonly { readonly seq: number; readonly word: string }[];
}

function responsesTo(seq: number | undefined): Responses {
  const sent = seq === undefined ? undefined : pageFrames.history.get(seq);
  if (!sent) return { steps: [] };
  const since = pageFrames.history
    .since(sent.seq)
    .filter((frame) => frame.connection.id === sent.connection.id);
  const found = sent.messages.map(answerTo);
  const seqs = found.flatMap((one) => one?.frame.seq ?? []);
  const isBatch = found.length > 1;
  const answer = isBatch ? undefined : (found[0]?.frame ?? since.find(isAnonymousError));
  const end = seqs.length === found.length ? Math.max(...seqs) : answer?.seq;
  const steps = since
    .filter((frame) => end === undefined || frame.seq < end)
    .flatMap((frame) => stepsIn(frame))
    .slice(-MAX_STEPS);
  return { sent, answer, steps };
}

/** What was unreadable is answered without an id [C-3.19]. */
function isAnonymousError({ direction, messages }: Frame): boolean {
  const [part] = messages;
  return direction === 'received' && part?.kind === 'error' && part.id === undefined;
}

function stepsIn(frame: Frame) {
  if (frame.direction !== 'received') return [];
  const { params } = Object(messageOf(frame)) as { params?: { notificationValue?: unknown } };
  const word = params?.notificationValue;
  return typeof word === 'string' ? [{ seq: frame.seq, word }] : [];
}
