import { executeReported } from '@sightline/base';
import type { Events } from '@sightline/events';
import type { CqrsEvents } from './cqrs-events.js';

/** Executes events of messages that the caller shows itself, so that a live page does not show them twice. */
export function reportedEvents(events: Events<CqrsEvents>): Pick<Events<CqrsEvents>, 'execute'> {
  return {
    execute: (event, measurements, metadata) => executeReported(() => events.execute(event, measurements, metadata)),
  };
}
