// Queries and mutations of views. A query has the last data and the failure since; it reloads by a call, at an interval
// while the page is visible, and after the operator has signed in again.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { ApiFailure } from './failure.ts';
import { toFailure } from './failure.ts';
import { session } from './session.ts';

export interface Query<Data> {
  /** Undefined until the first response. */
  readonly data: Data | undefined;
  /** The failure of the last request; the data before it stays. */
  readonly failure: ApiFailure | undefined;
  readonly reload: () => Promise<void>;
}

interface Result<Data> {
  readonly key: string;
  readonly data?: Data | undefined;
  readonly failure?: ApiFailure | undefined;
}

/** Another `key` is another query and removes the data of the last. `everyMs` is the reload interval. */
export function useQuery<Data>(
  key: string,
  ask: () => Promise<Data>,
  everyMs?: number,
): Query<Data> {
  const [held, setHeld] = useState<Result<Data>>({ key });
  const now = useRef({ key, ask });
  now.current = { key, ask };
  const reload = useCallback(async () => {
    const asked = now.current;
    const isStale = () => now.current.key !== asked.key;
    try {
      const data = await asked.ask();
      if (!isStale()) setHeld({ key: asked.key, data });
    } catch (cause) {
      if (isStale()) return;
      const failure = toFailure(cause);
      setHeld((last) => ({ ...(last.key === asked.key && last), key: asked.key, failure }));
    }
  }, []);
  useEffect(() => void reload(), [key]);
  const { state } = session.value;
  useEffect(() => {
    if (state === 'open' && held.failure?.code === 'notSignedIn') void reload();
  }, [state]);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => {
      const isOver = session.peek().state === 'asked';
      if (document.visibilityState === 'visible' && !isOver) void reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  const isOf = held.key === key;
  return { data: isOf ? held.data : undefined, failure: isOf ? held.failure : undefined, reload };
}

export interface Mutation {
  readonly busy: boolean;
  readonly failure: ApiFailure | undefined;
  /** Runs `act` unless one is running; resolves to true on success. */
  readonly run: (act: () => Promise<void>) => Promise<boolean>;
}

/** A change of data: whether it is running, and why the last one failed. */
export function useMutation(): Mutation {
  const [state, setState] = useState<Omit<Mutation, 'run'>>({ busy: false, failure: undefined });
  const running = useRef(false);
  const run = useCallback(async (act: () => Promise<void>) => {
    if (running.current) return false;
    running.current = true;
    setState({ busy: true, failure: undefined });
    try {
      await act();
      setState({ busy: false, failure: undefined });
      return true;
    } catch (cause) {
      setState({ busy: false, failure: toFailure(cause) });
      return false;
    } finally {
      running.current = false;
    }
  }, []);
  return { ...state, run };
}
