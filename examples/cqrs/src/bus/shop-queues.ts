import { commandOwners, queryOwners, type ServiceName, subscribers } from '../domain/contracts.js';
import type { BrokerQueue } from './broker.js';

/** A service has one topic for its commands and one for its queries; events have one for each type. */
export function requestTopic(kind: 'command' | 'query', owner: ServiceName): string {
  return `${owner}.${kind === 'command' ? 'commands' : 'queries'}`;
}

export function eventTopic(type: string): string {
  return `events.${type}`;
}

/** The queues of all services. */
export const shopQueues: readonly BrokerQueue[] = [
  ...distinct(Object.values(commandOwners)).map((group) => ({ topic: requestTopic('command', group), group })),
  ...distinct(Object.values(queryOwners)).map((group) => ({ topic: requestTopic('query', group), group })),
  ...Object.entries(subscribers).flatMap(([type, groups]) =>
    groups.map((group) => ({ topic: eventTopic(type), group })),
  ),
];

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
