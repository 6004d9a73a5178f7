// The present time for views: a component that uses it renders every second while it is mounted.

import { useEffect, useState } from 'preact/hooks';

/** Returns ms since 1970. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
