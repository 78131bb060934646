import { CLIENT, type KeptSpan, SERVER } from './kept-span.js';

/**
 * By how many milliseconds a span must be moved to be the child of one in another process: positive if it began before its parent, negative
 * if it serves a call that had ended long before. 0 if nothing shows that a clock is wrong.
 */
export function clockDifferenceMs(parent: Placed, child: Placed): number {
  const earlierMs = parent.startMs - child.startMs;
  if (earlierMs > 0) return earlierMs;
  if (parent.kind !== CLIENT || child.kind !== SERVER) return 0; // what goes through a queue may begin at any time
  const endMs = parent.startMs + parent.durationMs;
  if (child.startMs - endMs < MAX_WAIT_MS) return 0;
  return Math.max(parent.startMs, endMs - child.durationMs) - child.startMs;
}

export type Placed = Pick<KeptSpan, 'kind' | 'startMs' | 'durationMs'>;

/** An overloaded server may begin after its client has given up. */
const MAX_WAIT_MS = 60_000;
