import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { serverNow, services } from './connection.js';
import { view } from './location.js';

/** Since when nothing moves on the page; `null` while it does. What arrives is counted. */
export const pausedAtMs: Signal<number | null> = signal(null);
/** Rows that a list got meanwhile and does not show. */
export const newRows: Signal<number> = signal(0);

const receivedAtPause: Signal<Received> = signal({ spans: 0, logLines: 0, messages: 0 });

interface Received {
  readonly spans: number;
  readonly logLines: number;
  readonly messages: number;
}

/**
 * Whether the page is still as when it was drawn with this moment of a pause. An effect that ends a watch runs only after the next
 * frame, so that an answer can come in between.
 */
export function isStill(pausedMs: number | null): boolean {
  return pausedAtMs.peek() === pausedMs;
}

export function setPaused(isPaused: boolean): void {
  if (isPaused === (pausedAtMs.peek() !== null)) return;
  newRows.value = 0;
  receivedAtPause.value = received();
  pausedAtMs.value = isPaused ? serverNow() : null;
}

/** What came since the pause, in words: `312 new lines`. Empty if the page does not move. */
export const newSincePause: ReadonlySignal<{ count: number; what: string }> = computed(() => {
  if (pausedAtMs.value === null) return { count: 0, what: '' };
  const then = receivedAtPause.value;
  const now = received();
  const page = view.value.page;
  if (page === 'logs') return { count: newRows.value, what: 'lines' };
  if (page === 'messages') return { count: newRows.value, what: 'messages' };
  if (page === 'traces' || page === 'flow' || page === 'database') {
    return { count: Math.max(0, now.spans - then.spans), what: 'spans' };
  }
  const all = now.spans - then.spans + (now.logLines - then.logLines) + (now.messages - then.messages);
  return { count: Math.max(0, all), what: 'records' };
});

function received(): Received {
  const { service } = view.value;
  const rows = services.value.filter(({ name }) => service === null || name === service);
  const sum = (of: 'spans' | 'logLines' | 'messages'): number => rows.reduce((total, row) => total + row[of], 0);
  return { spans: sum('spans'), logLines: sum('logLines'), messages: sum('messages') };
}
