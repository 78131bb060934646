import { type Clock, callThen, systemClock } from '@sightline/base';
import type { Events } from '@sightline/events';
import { resolveFields } from '@sightline/settings/fields';
import { busFields } from './bus-fields.js';
import type { CqrsEvents } from './cqrs-events.js';
import { reportedEvents } from './reported-events.js';

/**
 * Reports the events of the catalogue for command, query and event buses: call it when a bus sends and when it handles.
 */
export interface BusEvents {
  /** Call it for each sent command. */
  dispatched(commandType: string): void;
  /**
   * Runs a handler and reports its duration with `status` `ok` or `error`; also reports a query as executed. Returns the result
   * of the handler; for a promise one that settles in the same way.
   */
  handled<T>(kind: 'command' | 'query' | 'event', type: string, handle: () => T): T;
}

/** @param events gets the events of the buses: attach `cqrsMetrics` to it by `recordEvents` */
export function busEvents(events: Events<CqrsEvents>, clock: Pick<Clock, 'monotonicMs'> = systemClock): BusEvents {
  resolveFields('cqrs', { events: { ...busFields.events, required: true } }, { events });
  const { execute } = reportedEvents(events);

  function report(kind: 'command' | 'query' | 'event', type: string, duration: number, status: string): void {
    switch (kind) {
      case 'command':
        execute('command.processing', { duration }, { command_type: type, status });
        break;
      case 'query':
        execute('query.executed', { count: 1 }, { query_type: type });
        execute('query.execution', { duration }, { query_type: type, status });
        break;
      case 'event':
        execute('event.processing', { duration }, { event_type: type, status });
        break;
    }
  }
  return {
    dispatched: (type) => execute('command.dispatched', { count: 1 }, { command_type: type }),
    handled(kind, type, handle) {
      const startMs = clock.monotonicMs();
      return callThen(handle, (failure) => {
        report(kind, type, (clock.monotonicMs() - startMs) * 1e6, failure === undefined ? 'ok' : 'error');
      });
    },
  };
}
