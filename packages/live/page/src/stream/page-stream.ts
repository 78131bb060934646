import type { FailedEvent, StreamHello, ViewEvent, Watch } from '../../../src/model/stream.js';

/** The one stream of a tab: connects, says what is watched, comes back after a cut. See `model/stream.ts`. */
export interface PageStream {
  /** Watches a path of the API until the function that it returns is called. */
  watch(path: string, parameters: Watch['parameters'], listener: WatchListener): () => void;
  /** Connects now instead of later, and finds a connection that is gone without a sign. For when a tab is shown again. */
  check(): void;
  /** Gives the connection up until `check`, which goes on where it was. For a hidden tab: browsers allow six to a host. */
  rest(): void;
  close(): void;
}

export interface WatchListener {
  /** The first answer, or a changed one. `isResumed`: it holds only what came since the last one before the connection was cut. */
  view(answer: unknown, isResumed: boolean): void;
  /** What came after the last answer. */
  more(answer: unknown): void;
  failed(failure: FailedEvent): void;
}

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | {
      readonly kind: 'open';
      readonly hello: StreamHello;
      readonly isRestarted: boolean;
      /** How far the server's clock is ahead of the browser's at least. */
      readonly clockAheadMs: number;
    }
  | { readonly kind: 'lost'; readonly retryAtMs: number }
  /** The server answers, but not with a stream: there are too many viewers, or the address is not allowed. */
  | { readonly kind: 'refused'; readonly status: number; readonly problem: string; readonly retryAtMs: number }
  /** The server answers, but its stream brings nothing: something in between collects events before it passes them on. */
  | { readonly kind: 'held' }
  /** There is no session, or it has ended. */
  | { readonly kind: 'unauthorised' };

export interface PageStreamOptions {
  open(): EventSourceLike;
  /** Rejects if there is no answer. */
  request(path: string, body?: unknown): Promise<{ readonly status: number; readonly answer: unknown }>;
  readonly timers: Timers;
  /** Whether to wait for `check` before the first connection. */
  readonly isResting: boolean;
  random(): number;
  onState(state: ConnectionState): void;
}

export interface Timers {
  now(): number;
  /** Returns what cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** What is used of the browser's `EventSource`. */
export interface EventSourceLike {
  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}

/** The first event comes with the answer itself. */
const firstEventMs = 10_000;
/** Two pings and a little more. */
const maxSilenceMs = 40_000;
const firstRetryMs = 500;
const maxRetryMs = 15_000;

export function createPageStream(options: PageStreamOptions): PageStream {
  const { timers, onState } = options;
  const watched = new Map<string, Watched>();
  let source: EventSourceLike | undefined;
  let streamId: string | undefined;
  let bootId: string | undefined;
  let failures = 0;
  let lastId = 0;
  /** When the last event came, or the connection was begun. */
  let heardMs = 0;
  let cancelRetry = (): void => {};
  let cancelSilence = (): void => {};
  let cancelSend: (() => void) | undefined;
  let isClosed = false;

  if (!options.isResting) connect();

  function connect(): void {
    cancelRetry();
    source?.close();
    streamId = undefined;
    const askedMs = timers.now();
    heardMs = askedMs;
    const opened = options.open();
    source = opened;
    const on = (type: string, listener: (data: unknown) => void): void =>
      opened.addEventListener(type, ({ data }) => {
        if (source !== opened) return;
        heardMs = timers.now();
        if (typeof data === 'string') listener(JSON.parse(data));
      });
    on('hello', (data) => welcome(data as StreamHello, askedMs));
    on('view', (data) => {
      const { id, answer } = data as ViewEvent;
      const watch = watched.get(id);
      if (watch === undefined) return;
      const isResumed = watch.isResuming;
      watch.isResuming = false;
      keepCursor(watch, answer);
      watch.listener.view(answer, isResumed);
    });
    on('more', (data) => {
      const { id, answer } = data as ViewEvent;
      const watch = watched.get(id);
      if (watch === undefined) return;
      keepCursor(watch, answer);
      watch.listener.more(answer);
    });
    on('failed', (data) => {
      const failure = data as FailedEvent;
      watched.get(failure.id)?.listener.failed(failure);
    });
    on('ping', () => {});
    opened.addEventListener('error', () => {
      if (source === opened) lose();
    });
    endSilence();
  }

  /** A connection can be gone, or be held by a proxy, without an error: after a laptop slept, behind a router that forgot it. */
  function endSilence(): void {
    const limitMs = streamId === undefined ? firstEventMs : maxSilenceMs;
    cancelSilence();
    cancelSilence = timers.after(Math.max(0, heardMs + limitMs - timers.now()), () => {
      if (timers.now() - heardMs < limitMs) endSilence();
      else if (streamId === undefined) askIfHeld();
      else lose();
    });
  }

  function askIfHeld(): void {
    const asked = source;
    const isWaiting = (): boolean => source === asked && streamId === undefined && !isClosed;
    options.request('api/about').then(
      ({ status }) => {
        if (!isWaiting()) return;
        if (status < 400) onState({ kind: 'held' });
        else lose();
      },
      () => {
        if (isWaiting()) lose();
      },
    );
  }

  function welcome(hello: StreamHello, askedMs: number): void {
    failures = 0;
    const isRestarted = bootId !== undefined && bootId !== hello.bootId;
    for (const watch of watched.values()) {
      if (isRestarted) watch.cursor = undefined; // it counts what another process kept
      watch.after = watch.cursor;
      watch.isResuming = watch.cursor !== undefined;
    }
    bootId = hello.bootId;
    streamId = hello.streamId;
    onState({ kind: 'open', hello, isRestarted, clockAheadMs: aheadBy(hello.nowMs, askedMs, timers.now()) });
    send();
    endSilence();
  }

  /** Ends the connection and asks the server what is wrong, since an `EventSource` does not say. */
  function lose(): void {
    source?.close();
    source = undefined;
    streamId = undefined;
    cancelSilence();
    if (isClosed) return;
    const delayMs = Math.min(maxRetryMs, firstRetryMs * 2 ** failures++) * (0.5 + options.random() / 2);
    const retryAtMs = timers.now() + delayMs;
    cancelRetry();
    cancelRetry = timers.after(delayMs, connect);
    onState({ kind: 'lost', retryAtMs });
    options.request('api/about').then(
      ({ status, answer }) => {
        if (source !== undefined || isClosed || status < 400) return;
        if (status === 401) {
          cancelRetry();
          onState({ kind: 'unauthorised' });
        } else onState({ kind: 'refused', status, problem: problemOf(answer, status), retryAtMs });
      },
      () => {}, // gone altogether: `lost` says so
    );
  }

  function disconnect(): void {
    cancelRetry();
    cancelSilence();
    source?.close();
    source = undefined;
    streamId = undefined;
  }

  /** Once for all changes of one turn. */
  function sendSoon(): void {
    cancelSend ??= timers.after(0, () => {
      cancelSend = undefined;
      send();
    });
  }

  function send(): void {
    const to = streamId;
    if (to === undefined) return;
    const watch = [...watched].map(([id, { path, parameters, after }]) => ({
      id,
      path,
      parameters: after === undefined ? parameters : { ...parameters, after },
    }));
    options.request(`stream/${encodeURIComponent(to)}`, { watch }).then(
      ({ status, answer }) => {
        if (streamId !== to || status < 400) return;
        if (status === 404 || status === 401) lose();
        else onState({ kind: 'refused', status, problem: problemOf(answer, status), retryAtMs: timers.now() });
      },
      () => {
        if (streamId === to) lose();
      },
    );
  }

  return {
    watch(path, parameters, listener) {
      const id = String(++lastId);
      watched.set(id, { path, parameters, listener, cursor: undefined, after: undefined, isResuming: false });
      sendSoon();
      return () => {
        if (watched.delete(id)) sendSoon();
      };
    },
    check() {
      if (isClosed) return;
      const isHeld = streamId === undefined && timers.now() - heardMs >= firstEventMs;
      if (source === undefined || isHeld) connect();
      else send();
    },
    rest: disconnect,
    close() {
      isClosed = true;
      cancelSend?.();
      disconnect();
    },
  };
}

interface Watched {
  readonly path: string;
  readonly parameters: Watch['parameters'];
  readonly listener: WatchListener;
  /** Of the last answer, to go on after it. */
  cursor: string | undefined;
  /** The cursor it went on after. It stays one of the parameters, or the server would take it for another watch. */
  after: string | undefined;
  isResuming: boolean;
}

function keepCursor(watch: Watched, answer: unknown): void {
  if (typeof answer === 'object' && answer !== null && 'cursor' in answer && typeof answer.cursor === 'string') {
    watch.cursor = answer.cursor;
  }
}

function problemOf(answer: unknown, status: number): string {
  if (typeof answer === 'object' && answer !== null && 'problem' in answer && typeof answer.problem === 'string') {
    return answer.problem;
  }
  return `The server answered with status ${status}.`;
}

/** How far another clock is ahead that read `nowMs` between two times of ours. What the way there and back explains is no difference. */
function aheadBy(nowMs: number, askedMs: number, heardMs: number): number {
  return Math.max(nowMs - heardMs, Math.min(0, nowMs - askedMs));
}
