// What the person's screen is like, and that it has changed.

import { useEffect, useState } from "preact/hooks";

export const DARK = "(prefers-color-scheme: dark)";
/** A telephone. */
export const NARROW = "(max-width: 760px)";

export function useMedia(asked: string): boolean {
  const [now, setNow] = useState(() => matchMedia(asked).matches);
  useEffect(() => {
    const query = matchMedia(asked);
    const changed = () => setNow(query.matches);
    changed();
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, [asked]);
  return now;
}
