// The time as views show it: it moves every second, and only while somebody looks.

import { useEffect, useState } from 'preact/hooks';

/** In ms since 1970. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
