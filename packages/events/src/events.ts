import {
  type Clock,
  callThen,
  consoleLog,
  type Log,
  messageFeedOf,
  messageOf,
  safeLog,
  systemClock,
} from '@sightline/base';
import { type MetricsCollector, RecordingError } from '@sightline/core';
import { type OptionsOf, resolveFields } from '@sightline/settings/fields';
import { type EventName, eventKey } from './event-name.js';

/** Numbers that were measured when the event happened, such as `{ duration: 1200 }`. */
export type Measurements = Readonly<Record<string, number>>;
/** Further data of the event. Any value is allowed: only fields that a definition names become labels. */
export type Metadata = Readonly<Record<string, unknown>>;

/** The events of an application by name, for `createEvents<AppEvents>()`: misspelt names and fields are then type errors. */
export type EventTypes = Readonly<Record<string, EventType>>;
export interface EventType {
  readonly measurements: Measurements;
  readonly metadata: Metadata;
}

/** @param event the name, joined with dots */
export type EventHandler = (event: string, measurements: Measurements, metadata: Metadata) => void;

const eventsFields = {
  /** Reports handlers that fail. Every pino logger fits. Default: `console`. */
  log: { type: 'instance', as: {} as Log, methods: ['info', 'warn', 'error'] },
  /** Counts handlers that failed. If they are an observability's with a live page, the page shows each event. */
  metrics: { type: 'instance', as: {} as MetricsCollector, methods: ['counter'] },
  clock: { type: 'instance', as: {} as Clock, methods: ['now', 'monotonicMs'] },
} as const;

export interface EventsOptions extends OptionsOf<typeof eventsFields> {}

/**
 * Events that code executes and handlers receive, like Elixir's `:telemetry`. The caller that executes an event does not know its
 * handlers, does not wait for them, and cannot fail because of them.
 */
export interface Events<Types extends EventTypes = EventTypes> {
  /**
   * Calls every handler of the event, in the order of attachment. A handler that throws, or whose promise rejects, is detached and
   * reported once. Exception: a `RecordingError` of a strict collector (tests) is thrown here after all handlers have run, and its
   * handler stays attached.
   */
  execute<Name extends keyof Types & string>(
    event: Name | readonly string[],
    measurements: Types[Name]['measurements'],
    metadata?: Types[Name]['metadata'],
  ): void;
  /**
   * Calls `handler` for every execution of `events`. Throws if another handler has the same id.
   * @param id unique; names the handler in reports
   */
  attach(id: string, events: EventName | ReadonlyArray<EventName>, handler: EventHandler): void;
  /** Detaches a handler. Returns whether there was one. */
  detach(id: string): boolean;
  /** The ids of the handlers of an event, or of all events. */
  handlers(event?: EventName): readonly string[];
  /**
   * Runs `fn` between two events: `<event>.start` with `system_time` (Unix time in nanoseconds), then `<event>.stop` or
   * `<event>.exception` with `duration` in nanoseconds, which is the unit `native`. The exception's metadata has `kind`, `reason`
   * (the error) and `error_type`. `fn` gets a function that adds metadata for the second event. Returns what `fn` returns; for a
   * promise, one that settles in the same way.
   */
  span<T>(event: EventName, metadata: Metadata, fn: (add: (more: Metadata) => void) => T): T;
}

/** Makes a set of events without handlers. */
export function createEvents<Types extends EventTypes = EventTypes>(options: EventsOptions = {}): Events<Types> {
  // A caller with an observability may pass it: other options are no mistake.
  const { log: given, clock = systemClock, metrics } = resolveFields('events', eventsFields, options);
  const log = safeLog(given ?? consoleLog);
  const byEvent = new Map<string, readonly Attached[]>();
  const byId = new Map<string, Attached>();
  const failures = metrics?.counter('sightline_event_handler_failures_total', {
    help: 'Event handlers that failed and were detached, by handler.',
    labelNames: ['handler'],
  });

  function emit(key: string, measurements: Measurements, metadata: Metadata): void {
    messageFeedOf(metrics)?.message('events', key, { measurements, metadata }, 'sent');
    const attached = byEvent.get(key);
    if (attached === undefined) return;
    let recordingError: RecordingError | undefined;
    for (const each of attached) {
      try {
        const result = each.handler(key, measurements, metadata) as unknown;
        if (result instanceof Promise) result.catch((error: unknown) => fail(each, key, error));
      } catch (error) {
        if (error instanceof RecordingError) recordingError ??= error;
        else fail(each, key, error);
      }
    }
    // Thrown by a strict collector, as in tests: it belongs to the call site.
    if (recordingError !== undefined) throw recordingError;
  }

  function fail(attached: Attached, key: string, error: unknown): void {
    if (!detach(attached.id, attached)) return;
    failures?.inc({ handler: attached.id });
    const message = messageOf(error);
    log.error(
      { err: error, handler: attached.id, event: key },
      `[events] Handler "${attached.id}" failed at "${key}" and was detached: ${message}`,
    );
  }

  function detach(id: string, only?: Attached): boolean {
    const attached = byId.get(id);
    if (attached === undefined || (only !== undefined && attached !== only)) return false;
    byId.delete(id);
    for (const key of attached.keys) {
      // A new list, because a call may be iterating over the old one.
      const left = (byEvent.get(key) ?? []).filter((each) => each !== attached);
      if (left.length === 0) byEvent.delete(key);
      else byEvent.set(key, left);
    }
    return true;
  }

  const events: Events<Types> = {
    // Without types a caller may pass null: no handler must fail because of that.
    execute: (event, measurements, metadata) =>
      emit(typeof event === 'string' ? event : event.join('.'), measurements ?? {}, metadata ?? {}),
    attach(id, names, handler) {
      if (byId.has(id))
        throw new Error(`[events] A handler "${id}" is already attached: detach it first, or pass another id.`);
      if (typeof handler !== 'function') throw new Error(`[events] Handler "${id}" is not a function.`);
      const attached: Attached = { id, keys: [...new Set(keysOf(names))], handler };
      byId.set(id, attached);
      for (const key of attached.keys) byEvent.set(key, [...(byEvent.get(key) ?? []), attached]);
    },
    detach: (id) => detach(id),
    handlers: (event) =>
      event === undefined ? [...byId.keys()] : (byEvent.get(eventKey(event)) ?? []).map(({ id }) => id),
    span(event, metadata, fn) {
      const key = eventKey(event);
      let all = metadata;
      const startMs = clock.monotonicMs();
      emit(`${key}.start`, { system_time: clock.now() * 1e6, monotonic_time: startMs * 1e6 }, metadata);
      const add = (more: Metadata): void => {
        all = { ...all, ...more };
      };
      return callThen(
        () => fn(add),
        (failure) => {
          const endMs = clock.monotonicMs();
          const measured = { duration: (endMs - startMs) * 1e6, monotonic_time: endMs * 1e6 };
          if (failure === undefined) emit(`${key}.stop`, measured, all);
          else emit(`${key}.exception`, measured, { ...all, ...failureMetadata(failure.error) });
        },
      );
    },
  };
  return events;
}

interface Attached {
  readonly id: string;
  readonly keys: readonly string[];
  readonly handler: EventHandler;
}

/** `['a', 'b']` is one name with two segments. A list of names holds dotted names or lists. */
function keysOf(names: EventName | ReadonlyArray<EventName>): readonly string[] {
  if (typeof names === 'string') return [eventKey(names)];
  const isOneName = names.every((each) => typeof each === 'string' && !each.includes('.'));
  if (isOneName) return [eventKey(names as readonly string[])];
  return names.map((each) => eventKey(each));
}

function failureMetadata(error: unknown): Metadata {
  return {
    kind: 'error',
    reason: error,
    error_type: typeNameOf(error),
  };
}

/** Any value may be thrown, even one that throws when it is read. */
function typeNameOf(error: unknown): string {
  try {
    return error instanceof Error ? error.name : typeof error;
  } catch {
    return 'unknown';
  }
}
