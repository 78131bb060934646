import type { MarketEvent } from './market-event.js';

/** The target for events. */
export interface EventStream {
  /**
   * Resolves when the stream has accepted the event. Rejects if it has not, or if that is unknown; immediately if the stream is
   * known to be unreachable: events do not wait for it.
   */
  publish(event: MarketEvent): Promise<void>;
  /** Resolves when all events in progress have been accepted or given up. From then on `publish` rejects. */
  shutdown(): Promise<void>;
}

/** The stream that an event belongs to: one for each channel, with all symbols in it. */
export function streamOf({ channel }: Pick<MarketEvent, 'channel'>): string {
  return `md:${channel}`;
}
