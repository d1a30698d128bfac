import type { LogStore } from '../log/index.ts';
import { read } from './entries.ts';
import { defaultLoopSettings, type LoopGuard } from './loop-guard.ts';

const atMost = 10_000;

/** Tells a new guard what was granted within its window before it was made: a restart does not end a loop. */
export function seedLoops(loops: LoopGuard, store: Pick<LogStore, 'recent'>, now: number): void {
  const recent = store
    .recent({ kind: 'decision', limit: atMost })
    .filter(({ at }) => now - at < defaultLoopSettings.windowMs);
  for (const entry of recent.reverse()) {
    const told = read(entry);
    if (told.tells === 'decision' && told.decision === 'granted') loops.note(told.loop, entry.at);
  }
}
