import { type Clock, callThen, systemClock } from '@sightline/base';
import type { Events } from '@sightline/events';
import type { CqrsEvents } from './cqrs-events.js';

/**
 * What command, query and event buses tell of themselves, in the events of the catalogue: called where a bus sends and
 * where it handles.
 */
export interface BusEvents {
  /** A command was sent. */
  dispatched(commandType: string): void;
  /**
   * Runs a handler and tells how long it took, with `status` `ok` or `error`; a query is told as executed, too. Returns
   * what the handler returns; for a promise one that settles alike.
   */
  handled<T>(kind: 'command' | 'query' | 'event', type: string, handle: () => T): T;
}

/** @param events where the buses tell: attach `cqrsMetrics` to it by `recordEvents` */
export function busEvents(events: Events<CqrsEvents>, clock: Pick<Clock, 'monotonicMs'> = systemClock): BusEvents {
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
