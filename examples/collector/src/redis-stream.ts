import { Redis } from 'ioredis';
import { type EventStream, streamOf } from './event-stream.js';

export interface RedisStreamOptions {
  /** `redis://` or `rediss://` address. */
  readonly url: string;
  /** Approximate number of entries that a stream keeps. Default 100 000. */
  readonly maxLength?: number | undefined;
  /** Most entries that wait for Redis' answer; further ones are refused. Default 1000. */
  readonly maxInFlight?: number | undefined;
  /** After this many milliseconds without an answer the connection counts as dead. Default 5000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Redis Streams: one entry per event, with the fields `symbol`, `time_ms` and `event` (JSON).
 *
 * Resolves when Redis is connected, or known to be unreachable: then the stream refuses events until Redis is back. Events do not
 * wait for Redis, so an outage loses the events of that time and costs no memory.
 */
export async function openRedisStream({
  url,
  maxLength = 100_000,
  maxInFlight = 1000,
  timeoutMs = 5000,
}: RedisStreamOptions): Promise<EventStream> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    // A silent socket is closed, which rejects every command on it. With only a deadline for each command (`commandTimeout`), those
    // given up would stay queued while Redis hangs.
    socketTimeout: timeoutMs,
    enableOfflineQueue: false,
    // An entry with an unknown outcome is reported as an error, so it must not be sent again later.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 5), 2000),
  });
  const { host, port } = redis.options;
  let inFlight = 0;
  let connectionError: Error | undefined;
  redis.on('error', (error: Error) => {
    connectionError = error;
  });
  redis.on('ready', () => {
    connectionError = undefined;
  });

  function refused(error: unknown): Error {
    // The client's error for an unsent command describes its options; the connection's error has the cause.
    const cause = connectionError ?? error;
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    return new Error(`[collector] Redis at ${host}:${port} did not take an entry (${reason}). Is it running?`, {
      cause,
    });
  }

  // A first attempt that fails is like any later one: the client goes on trying.
  await redis.connect().catch(() => undefined);

  return {
    async publish(event) {
      if (inFlight >= maxInFlight) {
        throw new Error(`[collector] ${inFlight} entries wait for Redis at ${host}:${port}, which is the limit.`);
      }
      inFlight++;
      const fields = ['symbol', event.symbol, 'time_ms', event.timeMs, 'event', JSON.stringify(event)];
      try {
        await redis.xadd(streamOf(event), 'MAXLEN', '~', maxLength, '*', ...fields);
      } catch (error) {
        throw refused(error);
      } finally {
        inFlight--;
      }
    },
    async shutdown() {
      // QUIT is answered after all commands before it.
      if (redis.status === 'ready') await redis.quit().catch(() => undefined);
      redis.disconnect();
    },
  };
}
