import { type Signal, signal } from '@preact/signals';
import type { AboutAnswer, ServiceRow, ServicesAnswer } from '../../../src/model/answers.js';
import { type ConnectionState, createPageStream, type PageStream } from '../stream/page-stream.js';

export const connection: Signal<ConnectionState> = signal({ kind: 'connecting' });
export const about: Signal<AboutAnswer | null> = signal(null);
export const services: Signal<readonly ServiceRow[]> = signal([]);
/** When another process answered than before; `null` once it was read. */
export const restartedAtMs: Signal<number | null> = signal(null);

/** How far the server's clock is ahead of the browser's. */
let clockAheadMs = 0;

/** The time of the server, which is that of its data. */
export function serverNow(): number {
  return Date.now() + clockAheadMs;
}

/** Asks the server; rejects without a connection. */
export async function request(path: string, body?: unknown): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`./${path}`, {
    cache: 'no-store',
    ...(body !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  return { status: response.status, answer: parsed(text) };
}

export const stream: PageStream = createPageStream({
  open: () => new EventSource('./stream'),
  request,
  timers: {
    now: () => Date.now(),
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  },
  isResting: document.visibilityState === 'hidden',
  random: Math.random,
  onState(state) {
    connection.value = state;
    if (state.kind !== 'open') return;
    ({ clockAheadMs } = state);
    if (state.isRestarted) restartedAtMs.value = state.hello.nowMs;
    void readAbout();
  },
});

stream.watch(
  'services',
  {},
  {
    view: (answer) => {
      services.value = (answer as ServicesAnswer).services;
    },
    more: () => {},
    failed: () => {},
  },
);

const isSeen = (): boolean => document.visibilityState === 'visible';
addEventListener('online', () => {
  if (isSeen()) stream.check();
});

/** Who looks at another tab for a moment finds this one as it was. */
const restAfterMs = 10_000;
let restTimer: ReturnType<typeof setTimeout> | undefined;
document.addEventListener('visibilitychange', () => {
  clearTimeout(restTimer);
  if (isSeen()) stream.check();
  else restTimer = setTimeout(() => stream.rest(), restAfterMs);
});

async function readAbout(): Promise<void> {
  try {
    const { status, answer } = await request('api/about');
    if (status === 200) about.value = answer as AboutAnswer;
  } catch {
    // the connection is lost again, and the stream says so
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's own page
  }
}
