// Shown in place of the data of a query: that it is loading, or why it failed and a button to try again.

import type { ComponentChildren } from 'preact';
import { Button } from '../kit/button.tsx';
import { Notice } from '../kit/panel.tsx';
import type { ApiFailure } from './failure.ts';
import { explainFailure } from './failure.ts';
import type { Query } from './use-query.ts';

interface FailureNoticeProps {
  readonly failure: ApiFailure;
  readonly children?: ComponentChildren;
}

export function FailureNotice({ failure, children }: FailureNoticeProps) {
  const { happened, todo } = explainFailure(failure);
  return (
    <Notice tone="bad" title={happened}>
      <p>{todo}</p>
      {children}
    </Notice>
  );
}

interface QueryStateProps {
  readonly query: Query<unknown>;
  /** What is loading, such as `the sites`. */
  readonly what: string;
}

/** Renders nothing once there is data. After a failure, stale data may be below it. */
export function QueryState({ query: { data, failure, reload }, what }: QueryStateProps) {
  if (failure) {
    return (
      <FailureNotice failure={failure}>
        {data !== undefined && <p>What is shown is as it was before.</p>}
        <div class="btns">
          <Button size="s" onClick={() => void reload()}>
            Try again
          </Button>
        </div>
      </FailureNotice>
    );
  }
  if (data !== undefined) return null;
  return (
    <p class="waiting" role="status">
      Asking the gateway for {what} …
    </p>
  );
}
