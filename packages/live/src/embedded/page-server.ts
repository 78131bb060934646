import { type LimitedServer, openLimitedServer } from '@sightline/base/server';
import type { LiveHandler } from '../serve/index.js';

export interface PageServerOptions {
  /** `undefined` for the next free one from 9466; 0 for any free one. */
  readonly port: number | undefined;
  readonly host: string;
}

/** Opens the server of a service's page. It keeps no process alive. In a cluster's worker it is the worker's own, on a port of its own. */
export async function openPageServer({ port, host }: PageServerOptions, page: LiveHandler): Promise<LimitedServer> {
  if (port !== undefined) return open(port, host, page);
  for (let next = FIRST_PORT; ; next++) {
    try {
      return await open(next, host, page);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || next === LAST_PORT) throw error;
    }
  }
}

const FIRST_PORT = 9466;
const LAST_PORT = 9565;

function open(port: number, host: string, page: LiveHandler): Promise<LimitedServer> {
  return openLimitedServer(
    {
      port,
      host,
      isExclusive: true,
      headersTimeoutMs: 5000,
      requestTimeoutMs: 30_000,
      responseTimeoutMs: 60_000, // a stream sends a sign of life more often
      maxConnections: 128,
      keepsProcessAlive: false,
      onUpgrade: page.upgrade,
      owner: {
        name: 'live',
        freePort: '{ live: { port: 0 } }',
        portVariable: 'SIGHTLINE_LIVE_PORT',
        hostVariable: 'SIGHTLINE_LIVE_HOST',
      },
    },
    page.handler,
  );
}
