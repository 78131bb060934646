import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, createContextKey } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { createTestMetrics } from '@sightline/testing';
import { describe, expect, test, vi } from 'vitest';
import { createLogger, type DestinationOption, type LoggerOptions } from '../src/index.js';

function stream() {
  const lines: string[] = [];
  return { lines, write: (line: string) => void lines.push(JSON.parse(line).msg) };
}

const logger = (destination: LoggerOptions['destination'], options: LoggerOptions = {}) =>
  createLogger({ destination, env: {}, ...options });

describe('levels of destinations', () => {
  test('each gets the lines of its level, and the logger makes what the least asks for', () => {
    const [all, some, few] = [stream(), stream(), stream()];
    const log = logger([{ stream: all, level: 'debug' }, some, { stream: few, level: 'critical' }]);
    log.trace('t');
    log.debug('d');
    log.info('i');
    log.child({ a: 1 }).error('e');
    log.critical('c');
    expect(all.lines).toEqual(['d', 'i', 'e', 'c']);
    expect(few.lines).toEqual(['c']);
    expect(some.lines).toEqual(['d', 'i', 'e', 'c']);
  });

  test('a level of the logger holds for all of them', () => {
    const debug = stream();
    logger([{ stream: debug, level: 'debug' }], { level: 'error' }).info('i');
    logger([{ stream: debug, level: 'debug' }], { env: { LOG_LEVEL: 'warn' } }).info('i');
    expect(debug.lines).toEqual([]);
  });

  test.each<[unknown, string]>([
    [{ file: 'a.log', rotat: false }, 'destination has an unknown option "rotat". Did you mean "rotate"?'],
    [{ to: 'stdout', lvl: 'info' }, 'destination has an unknown option "lvl". Did you mean "level"?'],
    [{ stream: { write() {} }, levels: 'info' }, 'destination has an unknown option "levels". Did you mean "level"?'],
    [{ to: 'stdout', level: 'loud' }, 'destination.level is "loud": give trace'],
    [{ alert: 'no address' }, 'alert is no http or https address'],
    ['https://chat.example/hooks/s3cret', 'destination is "https://chat.example/***". Give'],
    [{ webhook: 'https://chat.example/hooks/s3cret' }, 'destination is {"webhook":"https://chat.example/***"}. Give'],
    [{ alert: () => {}, every: 1 }, 'destination has an unknown option "every"'],
    [{ alert: () => {}, maxPerMinute: 0 }, 'destination.maxPerMinute is 0: give a whole number of at least 1'],
    [[], 'destination is []'],
  ])('%o is refused', (option, message) => {
    expect(() => logger(option as DestinationOption)).toThrow(message);
  });
});

describe('alerts', () => {
  test('get critical lines, without secrets, limited and counted', async () => {
    const got: string[] = [];
    const metrics = createTestMetrics();
    const log = logger([stream(), { alert: (line) => void got.push(line), maxPerMinute: 2 }], { metrics });
    log.error('not critical');
    for (let i = 0; i < 5; i++) log.critical({ password: 's3cret' }, `over ${i}`);
    await log.flush();
    expect(got.map((line) => JSON.parse(line).msg)).toEqual(['over 0', 'over 1']);
    expect(got.join()).not.toContain('s3cret');
    expect(metrics.value('log_dropped_total', { reason: 'alert' })).toBe(3);
    await log.shutdown();
  });

  test('that fail, throw or hang do no harm, and are counted', async () => {
    const metrics = createTestMetrics();
    const failing = [
      () => Promise.reject(new Error('no')),
      () => {
        throw new Error('no');
      },
    ];
    for (const alert of failing) {
      const log = logger({ alert }, { metrics });
      expect(() => log.critical('over')).not.toThrow();
      await log.flush();
    }
    expect(metrics.value('log_dropped_total', { reason: 'alert' })).toBe(2);
    const hanging = logger({ alert: () => new Promise(() => {}), maxPerMinute: 100 }, { metrics });
    for (let i = 0; i < 30; i++) hanging.critical('over');
    expect(metrics.value('log_dropped_total', { reason: 'alert' })).toBe(22);
  });

  test('whose callback never settles are given up', async () => {
    const metrics = createTestMetrics();
    const log = logger({ alert: () => new Promise(() => {}), timeoutMs: 20 }, { metrics });
    log.critical('over');
    await log.flush();
    expect(metrics.value('log_dropped_total', { reason: 'alert' })).toBe(1);
    log.critical('again');
    await log.shutdown();
    expect(metrics.value('log_dropped_total', { reason: 'alert' })).toBe(2);
  });

  test.each([301, 302, 307, 308])('are not sent on where the webhook answers %i', async (status) => {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(`${request.method} ${request.url}`);
      response.writeHead(status, { location: '/other' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const metrics = createTestMetrics();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const log = logger({ alert: url, headers: { 'x-key': 'k' } }, { metrics });
    log.critical('over');
    await log.shutdown();
    expect(paths).toEqual(['POST /hook']);
    expect(metrics.value('log_dropped_total', { reason: 'alert' })).toBe(1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('are sent where instrumentations make no span, which would show the address', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const key = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
    const suppressed: unknown[] = [];
    vi.stubGlobal('fetch', async () => {
      suppressed.push(context.active().getValue(key));
      return new Response('ok');
    });
    try {
      const log = logger({ alert: 'http://chat.example/hook' });
      log.critical('over');
      await log.shutdown();
    } finally {
      vi.unstubAllGlobals();
      context.disable();
    }
    expect(suppressed).toEqual([true]);
  });

  test('reach a webhook as chat services take them', async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        bodies.push(body);
        response.writeHead(bodies.length === 1 ? 200 : 500).end('ok');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const metrics = createTestMetrics();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const log = logger({ alert: url }, { metrics, layout: 'text' });
    log.critical('over');
    await log.flush();
    log.critical('again');
    await log.shutdown();
    expect(JSON.parse(bodies[0] ?? '')).toEqual({ text: expect.stringMatching(/\[critical\] over$/) });
    expect(metrics.value('log_dropped_total', { reason: 'alert' })).toBe(1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

test('an object behind the message is its fields, as winston has it, unless a placeholder takes it', () => {
  const lines: object[] = [];
  const log = logger({ write: (line: string) => void lines.push(JSON.parse(line)) });
  const loose = log as unknown as { info(...args: unknown[]): void };
  loose.info('placed', { order: 7, password: 's3cret' });
  loose.info('placed %j', { order: 7 });
  loose.info('placed %s', 'x', { order: 8 });
  loose.info({ a: 1 }, 'placed');
  expect(lines).toMatchObject([
    { msg: 'placed', order: 7, password: '[Redacted]' },
    { msg: 'placed {"order":7}' },
    { msg: 'placed x', order: 8 },
    { msg: 'placed', a: 1 },
  ]);
  expect(lines[1]).not.toHaveProperty('order');
});
