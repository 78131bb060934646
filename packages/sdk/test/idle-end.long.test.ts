import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledService, type Ended, type ServiceBundle } from '../../../scripts/test/service-process.js';

let service: ServiceBundle;
beforeAll(async () => {
  service = await bundledService('ending-service', import.meta.url);
});
afterAll(() => service?.remove());

/** Accepts, reads, and never answers: a collector behind a firewall that drops its packets, or one that hangs. */
async function halfOpen(onTestFinished: (stop: () => void) => void): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Where nobody listens. */
async function missing(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function idleEnd(
  url: string,
  signals: string,
  env: Record<string, string>,
): Promise<Ended & { endedMs: number }> {
  const running = service.start('idle with telemetry under way', {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    PUSHGATEWAY: url,
    SIGNALS: signals,
    ...env,
  });
  const ended = await running.ended();
  return { ...ended, endedMs: Number(/ended after (-?\d+) ms/.exec(ended.stderr)?.[1]) };
}

describe('a collector that accepts and never answers', () => {
  // Together, since they do nothing but wait.
  test.concurrent.for([
    ['spans', 'http/protobuf'],
    ['spans', 'grpc'],
    ['metrics', 'http/json'],
    ['metrics', 'grpc'],
    ['logs', 'http/protobuf'],
    ['pushgateway', 'http/protobuf'],
  ] as const)(
    'holds a process that has nothing more to do for the deadline of a shutdown at most: %s, %s',
    async ([signals, protocol], { expect, onTestFinished }) => {
      // The requests are under way when it comes to its end, and would time out after ten seconds.
      const env = { ALIVE_MS: '1200', OTEL_EXPORTER_OTLP_PROTOCOL: protocol };
      const { code, endedMs } = await idleEnd(await halfOpen(onTestFinished), signals, env);
      expect(code).toBe(0);
      expect(endedMs).toBeLessThan(5000); // after 1500 by its deadline, after 8800 by the time-out of the request
    },
  );
});

describe('a collector that is missing', () => {
  test.each(['spans', 'metrics', 'logs', 'spans,metrics'])(
    'costs a script well under a second, and one warning: %s',
    async (signals) => {
      // Other tests have the processors as well: the shortest of five counts.
      let shortestMs = Number.POSITIVE_INFINITY;
      for (let attempt = 0; attempt < 5 && shortestMs >= 1000; attempt++) {
        const { code, endedMs, messages, stderr } = await idleEnd(await missing(), signals, { ALIVE_MS: '1' });
        expect(code).toBe(0);
        shortestMs = Math.min(shortestMs, endedMs);
        // What becomes of log lines is never told by a log line.
        const told = [...messages, ...stderr.split('\n')].filter((line) => line.includes('ECONNREFUSED'));
        expect(told, told.join('\n')).toHaveLength(1);
      }
      expect(shortestMs).toBeLessThan(1000);
    },
  );
});
