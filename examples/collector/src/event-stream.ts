import type { MarketEvent } from './market-event.js';

/** Where events are published, whatever keeps them. */
export interface EventStream {
  /**
   * Resolves when the stream has taken the event. Rejects when it has not, or when nobody can say; at once where the
   * stream is known to be unreachable: events are not kept waiting for it.
   */
  publish(event: MarketEvent): Promise<void>;
  /** Resolves when what is under way has been taken or given up. `publish` rejects from then on. */
  close(): Promise<void>;
}

/** The stream that an event belongs to: one for each channel, with all symbols in it. */
export function streamOf({ channel }: Pick<MarketEvent, 'channel'>): string {
  return `md:${channel}`;
}
