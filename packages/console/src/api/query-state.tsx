// What stands in place of an answer that is not there: that it is being asked for, or why it did not
// come and how to ask again.

import type { ComponentChildren } from 'preact';
import { Button } from '../kit/button.tsx';
import { Notice } from '../kit/panel.tsx';
import type { ApiFailure } from './failure.ts';
import { failureWords } from './failure.ts';
import type { Asked } from './use-query.ts';

interface TroubledProps {
  readonly failure: ApiFailure;
  readonly children?: ComponentChildren;
}

export function Troubled({ failure, children }: TroubledProps) {
  const { happened, todo } = failureWords(failure);
  return (
    <Notice tone="bad" title={happened}>
      <p>{todo}</p>
      {children}
    </Notice>
  );
}

interface ToldProps {
  readonly asked: Asked<unknown>;
  /** What is asked for, such as `the sites`. */
  readonly what: string;
}

/** Nothing while all is well. Stale data may stand below it. */
export function Told({ asked: { data, failure, reload }, what }: ToldProps) {
  if (failure) {
    return (
      <Troubled failure={failure}>
        {data !== undefined && <p>What is shown is as it was before.</p>}
        <div class="btns">
          <Button size="s" onClick={() => void reload()}>
            Try again
          </Button>
        </div>
      </Troubled>
    );
  }
  if (data !== undefined) return null;
  return (
    <p class="told" role="status">
      Asking the gateway for {what} …
    </p>
  );
}
