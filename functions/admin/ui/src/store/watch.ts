// Things that change and those who look at them.

import { useEffect, useState } from "preact/hooks";

/** Something that tells when it has changed. */
export class Watched {
  private readonly watchers = new Set<() => void>();
  /** Grows with every change. */
  tick = 0;

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  changed(): void {
    this.tick++;
    for (const watcher of [...this.watchers]) watcher();
  }
}

/** Draws a component again when `watched` changes. */
export function useWatched(watched: Watched): number {
  const [tick, set] = useState(watched.tick);
  useEffect(() => {
    set(watched.tick);
    return watched.watch(() => set(watched.tick));
  }, [watched]);
  return tick;
}
