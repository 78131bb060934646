import { type EventStream, streamOf } from './event-stream.js';
import type { MarketEvent } from './market-event.js';

export interface MemoryStream extends EventStream {
  /** The newest events of a stream, oldest first. */
  events(stream: string): readonly MarketEvent[];
  /** The number of events that a stream has accepted since its start. */
  added(stream: string): number;
}

/** Streams in the process, for development: keeps the newest `maxLength` events of each. */
export function memoryStream({ maxLength = 1000 }: { maxLength?: number | undefined } = {}): MemoryStream {
  const streams = new Map<string, { events: MarketEvent[]; added: number }>();
  let isClosed = false;
  return {
    async publish(event) {
      if (isClosed) throw new Error('[collector] The stream is closed. Publish before shutdown().');
      const name = streamOf(event);
      const stream = streams.get(name) ?? { events: [], added: 0 };
      streams.set(name, stream);
      stream.added++;
      stream.events.push(event);
      if (stream.events.length > maxLength) stream.events.shift();
    },
    async shutdown() {
      isClosed = true;
    },
    events: (stream) => streams.get(stream)?.events ?? [],
    added: (stream) => streams.get(stream)?.added ?? 0,
  };
}
