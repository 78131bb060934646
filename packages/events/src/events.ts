import { type Clock, callThen, consoleLog, type Log, messageOf, safeLog, systemClock } from '@sightline/base';
import { type MetricsCollector, RecordingError } from '@sightline/core';
import { type EventName, eventKey } from './event-name.js';

/** Numbers that were measured when the event happened, such as `{ duration: 1200 }`. */
export type Measurements = Readonly<Record<string, number>>;
/** What else is known of it. Anything may be here: only what a definition names becomes a label. */
export type Metadata = Readonly<Record<string, unknown>>;

/** The events of an application by name, for `createEvents<AppEvents>()`: misspelt names and fields are then type errors. */
export type EventTypes = Readonly<Record<string, EventType>>;
export interface EventType {
  readonly measurements: Measurements;
  readonly metadata: Metadata;
}

/** @param event the name, joined with dots */
export type EventHandler = (event: string, measurements: Measurements, metadata: Metadata) => void;

export interface EventsOptions {
  /** Where handlers that fail are reported; every pino logger fits. Default: `console`. */
  log?: Log | undefined;
  /** Counts handlers that failed. */
  metrics?: MetricsCollector | undefined;
  clock?: Clock | undefined;
}

/**
 * Where code says what happened and others listen, as Elixir's `:telemetry` does it: whoever executes an event neither knows nor
 * waits for its handlers, and none of them can make it fail.
 */
export interface Events<Types extends EventTypes = EventTypes> {
  /**
   * Tells every handler of the event, in the order in which they were attached. A handler that throws, or returns a promise that
   * rejects, is detached and reported once. Only a mistake that a strict collector refuses (`RecordingError`, in tests) is thrown here,
   * when all have been told, and its handler stays.
   */
  execute<Name extends keyof Types & string>(
    event: Name | readonly string[],
    measurements: Types[Name]['measurements'],
    metadata?: Types[Name]['metadata'],
  ): void;
  /**
   * Calls `handler` for every execution of `events`. Throws where another handler has the same id, which names it in reports.
   * @param id unique
   */
  attach(id: string, events: EventName | ReadonlyArray<EventName>, handler: EventHandler): void;
  /** Takes out a handler. Returns whether there was one. */
  detach(id: string): boolean;
  /** The ids of the handlers of an event, or of all events. */
  handlers(event?: EventName): readonly string[];
  /**
   * Runs `fn` between two events: `<event>.start` with `system_time` (Unix time in nanoseconds), then `<event>.stop` or
   * `<event>.exception` with `duration` in nanoseconds, which is the unit `native`. The exception's metadata has `kind`, `reason`
   * (the error) and `error_type`. `fn` gets a function that adds metadata for the second event. Returns what `fn` returns; for a
   * promise one that settles alike.
   */
  span<T>(event: EventName, metadata: Metadata, fn: (add: (more: Metadata) => void) => T): T;
}

/** Makes a set of events with no handlers. */
export function createEvents<Types extends EventTypes = EventTypes>(options: EventsOptions = {}): Events<Types> {
  const { clock = systemClock, metrics } = options;
  const log = safeLog(options.log ?? consoleLog);
  const byEvent = new Map<string, readonly Attached[]>();
  const byId = new Map<string, Attached>();
  const failures = metrics?.counter('sightline_event_handler_failures_total', {
    help: 'Handlers of events that failed and were detached, by handler.',
    labelNames: ['handler'],
  });

  function tell(key: string, measurements: Measurements, metadata: Metadata): void {
    const attached = byEvent.get(key);
    if (attached === undefined) return;
    let mistake: RecordingError | undefined;
    for (const each of attached) {
      try {
        const result = each.handler(key, measurements, metadata) as unknown;
        if (result instanceof Promise) result.catch((error: unknown) => fail(each, key, error));
      } catch (error) {
        if (error instanceof RecordingError) mistake ??= error;
        else fail(each, key, error);
      }
    }
    // Of a strict collector, as in tests, which wants it at the call site.
    if (mistake !== undefined) throw mistake;
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
      // A new list, since the old one may be being walked through.
      const left = (byEvent.get(key) ?? []).filter((each) => each !== attached);
      if (left.length === 0) byEvent.delete(key);
      else byEvent.set(key, left);
    }
    return true;
  }

  const events: Events<Types> = {
    // Callers without types may give null: no handler is to fail for that.
    execute: (event, measurements, metadata) =>
      tell(typeof event === 'string' ? event : event.join('.'), measurements ?? {}, metadata ?? {}),
    attach(id, names, handler) {
      if (byId.has(id))
        throw new Error(`[events] There is a handler "${id}" already: detach it first, or give another id.`);
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
      tell(`${key}.start`, { system_time: clock.now() * 1e6, monotonic_time: startMs * 1e6 }, metadata);
      const add = (more: Metadata): void => {
        all = { ...all, ...more };
      };
      return callThen(
        () => fn(add),
        (failure) => {
          const endMs = clock.monotonicMs();
          const measured = { duration: (endMs - startMs) * 1e6, monotonic_time: endMs * 1e6 };
          if (failure === undefined) tell(`${key}.stop`, measured, all);
          else tell(`${key}.exception`, measured, { ...all, ...failureMetadata(failure.error) });
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

/** `['a', 'b']` is one name of two segments; a list of names holds names with dots or lists. */
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

/** Anything may be thrown, also what throws when it is read. */
function typeNameOf(error: unknown): string {
  try {
    return error instanceof Error ? error.name : typeof error;
  } catch {
    return 'unknown';
  }
}
