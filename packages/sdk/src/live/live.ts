import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { DeliveredMessage, PublishedMessage, SubscribeOptions } from '@sightline/base';

/** The live page of an observability. Where it is off, `url` stays `undefined`, and nothing else does anything. */
export interface Live {
  /** The link with the token, for a browser: `http://127.0.0.1:9466/live/login?t=…`. `undefined` while the page does not listen. A secret. */
  readonly url: string | undefined;
  /**
   * Shows a message on the page and to subscribers. Never throws. Topics are `events`, `commands`, `queries`, `sagas`, which buses, sagas and
   * events of this observability fill by themselves, or any other name.
   */
  publish(topic: string, message: PublishedMessage): void;
  /**
   * Messages from this call on, until the loop is left or the observability is shut down. A subscriber that is too slow loses the oldest:
   * `droppedBefore` of the next one says how many.
   */
  subscribe(topic: string, options?: SubscribeOptions): AsyncIterableIterator<DeliveredMessage>;
  /**
   * Adds a page of the service's own. Throws a `TypeError` without a title or a function.
   * @param read gives what the page shows now; called once a second while it is shown, never while an earlier call is pending
   * @returns the function that takes it out again
   */
  page(title: string, read: ReadLivePage): () => void;
  /**
   * Answers the requests of the page, to mount in a server of the service's own: `app.use(obs.live.handler)`. Other requests go to `next`, or
   * get status 404.
   */
  readonly handler: LiveHandler;
  /** For the event `upgrade` of a server: takes the connection of a GraphQL client. Returns `false`, and leaves it alone, if it is not for the page. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
}

export type LiveHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: ((error?: unknown) => void) | undefined,
) => void;

export type ReadLivePage = () => LivePageContent | Promise<LivePageContent>;

/** Rows are objects of the same members, which become columns. */
export type LivePageContent =
  | ReadonlyArray<Readonly<Record<string, string | number | boolean | null | undefined>>>
  | LiveChart;

export interface LiveChart {
  /** As in metrics: `seconds`, `bytes` … */
  readonly unit?: string | undefined;
  /** Unix time in milliseconds, ascending. */
  readonly timesMs: readonly number[];
  /** Values by name of the line, one for each time; `null` for a gap. */
  readonly series: Readonly<Record<string, ReadonlyArray<number | null>>>;
}
