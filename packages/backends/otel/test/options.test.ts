import { createMetrics } from '@sightline/core';
import { describe, expect, test } from 'vitest';
import { type OtelOptions, otelBackend } from '../src/index.js';
import { otelSettings } from '../src/settings.js';
import { setting } from './setting.js';

describe('Options', () => {
  test.each<[OtelOptions, string]>([
    [{ protocol: 'udp' as never }, "protocol is \"udp\": give 'http/protobuf', 'http/json' or 'grpc'."],
    [{ url: 'collector:4318' }, 'url is "collector:4318": give an http:// or https:// address.'],
    [{ url: 'ftp://me:secret@collector' }, 'url is "ftp://***@collector"'],
    [{ compression: 'zstd' as never }, 'compression is "zstd"'],
    [{ temporality: 'Delta' as never }, 'temporality is "Delta"'],
    [{ histograms: 'native' as never }, 'histograms is "native"'],
    [{ intervalMs: 0 }, 'intervalMs is 0: give milliseconds from 1 to 2147483647.'],
    [{ timeoutMs: Number.NaN }, 'timeoutMs is NaN'],
    [{ maxPointsPerRequest: 0.5 }, 'maxPointsPerRequest is 0.5'],
    [{ headers: { 'a b': 'x' } }, 'headers["a…"] cannot be a header'],
    [{ headers: { token: 'secret\n' } }, 'headers["token"] cannot be a header'],
    [{ resource: { a: undefined as never } }, 'resource["a"] is undefined'],
    [{ certFile: 'a.pem' }, 'keyFile is undefined: give certFile and keyFile, or neither.'],
  ])('%o are refused', (options, message) => {
    expect(() => otelBackend(options)).toThrow(`[backend-otel] ${message}`);
    expect(() => otelBackend(options)).not.toThrow('secret');
  });

  test('have defaults', () => {
    expect(otelSettings.resolve({})).toMatchObject({
      protocol: 'http/protobuf',
      url: 'http://localhost:4318/v1/metrics',
      intervalMs: 60_000,
      pushTimeoutMs: 30_000,
      timeoutMs: 10_000,
    });
    expect(otelSettings.resolve({ protocol: 'grpc' }).url).toBe('http://localhost:4317');
    expect(otelSettings.resolve({ intervalMs: 5000 }).pushTimeoutMs).toBe(5000);
  });

  test('are known to the composition root before the backend is', () => {
    expect(otelSettings.histogramNeed({})).toBe('explicit');
    expect(otelSettings.histogramNeed({ histograms: 'exponential' })).toBe('native');
    const options = Object.keys(otelSettings.resolve({}));
    expect(otelSettings.environment.filter(({ sets }) => !options.includes(sets))).toEqual([]);
  });

  test('name files that must be there', async () => {
    const metrics = createMetrics({ backends: [otelBackend({ caFile: '/nowhere/ca.pem' })] });
    await expect(metrics.ready).rejects.toThrow('[backend-otel] caFile cannot be read: ENOENT');
    await metrics.shutdown({ timeoutMs: 200 });
  });
});

describe('A request', () => {
  test('carries headers, credentials of the address and our name', async () => {
    const first = await setting();
    const url = first.collector.url.replace('//', '//me:p%40ss@').replace('/v1/metrics', '/in?tenant=a');
    const metrics = createMetrics({ backends: [otelBackend({ url, headers: { 'X-Scope': 'a' } })] });
    await metrics.flush();
    await metrics.shutdown();
    const [{ headers, path } = { headers: undefined, path: '' }] = first.collector.arrived;
    expect(headers).toMatchObject({
      'x-scope': 'a',
      'content-type': 'application/x-protobuf',
      authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
      'user-agent': expect.stringMatching(/^sightline-otel\/\d/),
    });
    expect(path).toBe('/in?tenant=a');
  });

  test.each(['http/protobuf', 'http/json'] as const)('is compressed if configured (%s)', async (protocol) => {
    const { collector, metrics } = await setting({ protocol, compression: 'gzip' });
    metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3);
    await metrics.flush();
    expect(collector.arrived[0]?.headers['content-encoding']).toBe('gzip');
  });

  test('goes out at every interval', async () => {
    const { collector, clock, metrics } = await setting({ intervalMs: 5000 });
    metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3);
    for (const count of [1, 2, 3]) {
      await clock.advanceAsync(5000);
      await collector.arrivals(count);
      await metrics.flush(); // waits for the answer of the push
    }
    expect(collector.received.length).toBeGreaterThanOrEqual(3);
  });
});
