import type { LabelValueSets } from '@sightline/core/backend';
import { counter, distribution, type MetricDefinition } from './definitions.js';

/**
 * What a WebSocket server or client tells: for `createEvents<WebsocketEvents>()`. Durations are in nanoseconds.
 * `WebsocketEvents<'open' | 'lost'>` has words of one's own for connections, which are then given to `websocketMetricsOf`.
 */
export type WebsocketEvents<Status extends string = ConnectionStatus> = {
  'websocket.connections': { measurements: { count?: number }; metadata: { status: Status } & More };
  'websocket.connection': { measurements: { duration: number }; metadata: More };
  'websocket.messages': { measurements: { count?: number }; metadata: { direction: Direction; type: string } & More };
};

/** What can become of a connection. */
export const connectionStatuses = ['open', 'opened', 'closed', 'failed', 'rejected'] as const;
export type ConnectionStatus = (typeof connectionStatuses)[number];

export const messageDirections = ['in', 'out'] as const;
export type Direction = (typeof messageDirections)[number];

type More = Readonly<Record<string, unknown>>;

/** Connections by what became of them, how long they lasted, messages by direction and type. */
export const websocketMetrics: readonly MetricDefinition[] = websocketMetricsOf();

export interface WebsocketMetricsOptions {
  /** Every word that `status` of a connection can be. Default: `connectionStatuses`. */
  statuses?: readonly string[] | undefined;
}

/** `websocketMetrics` with words of one's own for what becomes of a connection. */
export function websocketMetricsOf({
  statuses = connectionStatuses,
}: WebsocketMetricsOptions = {}): readonly MetricDefinition[] {
  return [
    counter('websocket.connections.count', {
      tags: ['status'],
      labelValues: { status: statuses },
      description: 'WebSocket connections, by what became of them.',
    }),
    distribution('websocket.connection.duration', {
      unit: ['native', 'second'],
      buckets: [1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400],
      description: 'How long a WebSocket connection lasted.',
    }),
    counter('websocket.messages.count', {
      tags: ['direction', 'type'],
      description: 'WebSocket messages by direction and type.',
    }),
  ];
}

/** For alert rules: which connections have failed, of those that were tried. */
export const websocketLabelValues: LabelValueSets = {
  'websocket.connections.count': {
    status: { values: connectionStatuses, failing: 'failed|rejected', outOf: 'open|opened|failed|rejected' },
  },
  'websocket.messages.count': { direction: { values: messageDirections } },
};
