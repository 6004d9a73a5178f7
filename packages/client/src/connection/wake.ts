// When a page or computer wakes: the network is back, the page is seen or resumed. Used to look at a connection, or
// to try again, at once. Nothing happens where there are no such events, as on Node.

interface EventSource {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

interface PageEvents extends EventSource {
  readonly document?: EventSource & { readonly visibilityState?: string };
}

/** Calls `then` at each awakening, until the returned function is called. */
export function onWake(then: () => void): () => void {
  const page = globalThis as PageEvents;
  const { document } = page;
  const seen = () => {
    if (document?.visibilityState !== 'hidden') then();
  };
  const events = [
    [page, 'online', then],
    // From the cache of the browser's back button.
    [page, 'pageshow', then],
    [document, 'visibilitychange', seen],
    [document, 'resume', then],
  ] as const;
  for (const [source, type, listener] of events) source?.addEventListener?.(type, listener);
  return () => {
    for (const [source, type, listener] of events) source?.removeEventListener?.(type, listener);
  };
}
