import { counter, distribution, type MetricDefinition } from './definitions.js';

/** What a WebSocket server or client tells: for `createEvents<WebsocketEvents>()`. Durations are in nanoseconds. */
export type WebsocketEvents = {
  'websocket.connections': { measurements: { count?: number }; metadata: { status: ConnectionStatus } & More };
  'websocket.connection': { measurements: { duration: number }; metadata: More };
  'websocket.messages': { measurements: { count?: number }; metadata: { direction: Direction; type: string } & More };
};

export type ConnectionStatus = 'opened' | 'closed' | 'failed' | 'rejected';
export type Direction = 'in' | 'out';
type More = Readonly<Record<string, unknown>>;

/** Connections by what became of them, how long they lasted, messages by direction and type. */
export const websocketMetrics: readonly MetricDefinition[] = [
  counter('websocket.connections.count', {
    tags: ['status'],
    labelValues: { status: ['opened', 'closed', 'failed', 'rejected'] satisfies ConnectionStatus[] },
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
