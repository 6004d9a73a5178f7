// A question of a view that waits for an answer and has a time limit: a bar over every view, with the time that is left.
// The view that asks sets it; the shell renders the bar.

import './pending-question.css';
import { signal } from '@preact/signals';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { useNow } from './use-now.ts';

export interface PendingQuestion {
  /** Such as `Signature to judge: Sale, £50.00`. */
  readonly text: string;
  /** When it is too late, in ms since 1970. */
  readonly expiresAt: number;
  /** Of the button, such as `Judge it`. */
  readonly action: string;
  /** Shows the question. */
  readonly open: () => void;
}

export const pendingQuestion = signal<PendingQuestion | undefined>(undefined);

export function PendingQuestionBar() {
  const question = pendingQuestion.value;
  return question ? <Bar question={question} /> : null;
}

function Bar({ question: { text, expiresAt, action, open } }: { question: PendingQuestion }) {
  const secondsLeft = Math.ceil((expiresAt - useNow()) / 1000);
  if (secondsLeft <= 0) return null;
  return (
    <section class="pending" aria-label="Open question">
      <Icon name="clock" />
      <strong role="status">{text}</strong>
      <span role="timer" aria-label="Time left">
        {secondsLeft} s left
      </span>
      <Button size="s" kind="main" onClick={open}>
        {action}
      </Button>
    </section>
  );
}
