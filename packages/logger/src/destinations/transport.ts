import { once } from 'node:events';
import { pino } from 'pino';
import type { LoggerOptions } from '../fields.js';
import type { Destination } from './destination.js';

/** A pino transport as a destination. Its worker thread gets lines through shared memory, and writes them when it comes to it. */
export function transportDestination(options: NonNullable<LoggerOptions['transport']>): Destination {
  // Overloaded in pino by the three kinds of options, which are all the same function.
  const stream = pino.transport(options as Parameters<typeof pino.transport>[0]) as unknown as WorkerStream;
  // The error of a worker that fails would otherwise end the service.
  stream.on('error', () => {});
  return Object.assign(stream, {
    async shutdown(): Promise<void> {
      if (stream.closed) return;
      const closed = once(stream, 'close');
      // A worker with several targets does not keep the process: it could end before they have.
      const held = setInterval(() => {}, MAX_DELAY_MS);
      try {
        stream.end();
        await closed;
      } finally {
        clearInterval(held);
      }
    },
  });
}

const MAX_DELAY_MS = 2_147_483_647;

interface WorkerStream extends NodeJS.EventEmitter, Destination {
  readonly closed: boolean;
  end(): void;
}
