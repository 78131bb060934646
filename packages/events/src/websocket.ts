import type { LabelValueSets } from '@sightline/core/backend';
import { counter, distribution, type MetricDefinition } from './definitions.js';

/**
 * Events of a WebSocket server or client: for `createEvents<WebsocketEvents>()`. Durations are in nanoseconds.
 * `WebsocketEvents<'open' | 'lost'>` has your own statuses of connections: pass them to `websocketMetricsOf`.
 */
export type WebsocketEvents<Status extends string = ConnectionStatus> = {
  'websocket.connections': { measurements: { count?: number }; metadata: { status: Status } & More };
  'websocket.connection': { measurements: { duration: number }; metadata: More };
  'websocket.messages': { measurements: { count?: number }; metadata: { direction: Direction; type: string } & More };
};

/** The status of a connection. */
export const connectionStatuses = ['open', 'opened', 'closed', 'failed', 'rejected'] as const;
export type ConnectionStatus = (typeof connectionStatuses)[number];

export const messageDirections = ['in', 'out'] as const;
export type Direction = (typeof messageDirections)[number];

type More = Readonly<Record<string, unknown>>;

/** Connections by status, their duration, and messages by direction and type. */
export const websocketMetrics: readonly MetricDefinition[] = websocketMetricsOf();

export interface WebsocketMetricsOptions {
  /** Every `status` that a connection can have. Default: `connectionStatuses`. */
  statuses?: readonly string[] | undefined;
}

/** `websocketMetrics` with your own statuses of connections. */
export function websocketMetricsOf({
  statuses = connectionStatuses,
}: WebsocketMetricsOptions = {}): readonly MetricDefinition[] {
  return [
    counter('websocket.connections.count', {
      tags: ['status'],
      labelValues: { status: statuses },
      description: 'WebSocket connections by status.',
    }),
    distribution('websocket.connection.duration', {
      unit: ['native', 'second'],
      buckets: [1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400],
      description: 'Duration of WebSocket connections.',
    }),
    counter('websocket.messages.count', {
      tags: ['direction', 'type'],
      description: 'WebSocket messages by direction and type.',
    }),
  ];
}

/** For alert rules: which connections failed, out of all attempts. */
export const websocketLabelValues: LabelValueSets = {
  'websocket.connections.count': {
    status: { values: connectionStatuses, failing: 'failed|rejected', outOf: 'open|opened|failed|rejected' },
  },
  'websocket.messages.count': { direction: { values: messageDirections } },
};
