// What came back since the last message was sent: progress in its order, and the answer.

import { useComputed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { hrefOf } from '../../app/route.ts';
import type { Frame } from '../../frames/frame.ts';
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
        {sent && <Ending sent={sent} answer={answer} />}
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
        {code !== undefined && (
          <a href={`../docs/errors#${code}`} target="_blank" rel="noreferrer">
            {code}
          </a>
        )}
      </p>
      {children}
    </Notice>
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
  const [part] = sent.messages;
  const answer =
    part?.counterpart && !isAnswer(part)
      ? pageFrames.history.get(part.counterpart.seq)
      : since.find(isAnonymousError);
  const steps = since
    .filter((frame) => answer === undefined || frame.seq < answer.seq)
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
