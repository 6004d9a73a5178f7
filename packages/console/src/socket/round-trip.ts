// Measures the round-trip time to the gateway in ms; undefined if it does not answer.

export async function measureRoundTrip(origin: string): Promise<number | undefined> {
  const address = `${origin.replace(/^ws/, 'http')}/livez`;
  try {
    // The first request may open a connection; only the second, which reuses it, is measured.
    await ask(address);
    const started = performance.now();
    await ask(address);
    return performance.now() - started;
  } catch {
    return undefined;
  }
}

/** Only the time matters, so an opaque response of another origin is enough. */
async function ask(address: string): Promise<void> {
  const response = await fetch(address, { cache: 'no-store', mode: 'no-cors' });
  await response.text();
}
