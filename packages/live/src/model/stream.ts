// The one stream of a tab: `GET /live/stream` (server-sent events). Browsers allow six connections to a host, so that a tab may have no more.
//
// The first event is `hello` with a `StreamHello`. `POST /live/stream/<id>` with a `WatchRequest` says what the tab watches from now on: it
// replaces what was watched before; a watch whose `id`, `path` and `parameters` are the same goes on. Then events arrive:
//
// - `view` (`ViewEvent`): the first answer of a watch, and for answers without `cursor` each changed one, at most once a second.
// - `more` (`ViewEvent`): for answers with a `cursor`, what came after it, at most five times a second; never empty.
// - `failed` (`FailedEvent`): the path or its parameters are wrong, or the answer threw. A later `view` may follow.
// - `ping`: every 15 s, so that a tab notices a connection that is gone without a sign.
//
// There is no queue: a tab that reads slowly gets newer answers less often.

export interface StreamHello {
  readonly streamId: string;
  readonly bootId: string;
  readonly nowMs: number;
}

export interface WatchRequest {
  readonly watch: readonly Watch[];
}

export interface Watch {
  /** The tab's own name of it. */
  readonly id: string;
  /** A path below `/live/api/`, as `traces` or `traces/4bf92f3577b34da6a3ce929d0e0e4736`. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
}

export interface ViewEvent {
  readonly id: string;
  readonly answer: unknown;
}

export interface FailedEvent {
  readonly id: string;
  readonly status: number;
  readonly problem: string;
}
