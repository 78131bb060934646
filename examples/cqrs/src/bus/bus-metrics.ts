import { type Clock, callThen, systemClock } from '@sightline/core';
import type { Events } from '@sightline/events';
import type { CqrsEvents } from '@sightline/events/cqrs';

/** What the buses tell of themselves, as events of Sightline's catalogue. */
export interface BusMetrics {
  dispatched(type: string): void;
  /** Runs a handler, and tells how long it took. */
  handled<T>(kind: 'command' | 'query' | 'event', type: string, handle: () => T): T;
}

export function busMetrics(events: Events<CqrsEvents>, clock: Clock = systemClock): BusMetrics {
  function tell(kind: 'command' | 'query' | 'event', type: string, duration: number, status: string): void {
    switch (kind) {
      case 'command':
        events.execute('command.processing', { duration }, { command_type: type, status });
        break;
      case 'query':
        events.execute('query.executed', { count: 1 }, { query_type: type });
        events.execute('query.execution', { duration }, { query_type: type, status });
        break;
      case 'event':
        events.execute('event.processing', { duration }, { event_type: type, status });
        break;
    }
  }
  return {
    dispatched: (type) => events.execute('command.dispatched', { count: 1 }, { command_type: type }),
    handled(kind, type, handle) {
      const startMs = clock.monotonicMs();
      return callThen(handle, (failure) => {
        tell(kind, type, (clock.monotonicMs() - startMs) * 1e6, failure === undefined ? 'ok' : 'error');
      });
    },
  };
}
