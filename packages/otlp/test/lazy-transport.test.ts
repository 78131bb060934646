import { systemClock } from '@sightline/base';
import { expect, test } from 'vitest';
import { type LazyTransport, lazyTransport, type OtlpOptions, otlpSettings } from '../src/index.js';
import { rawCollector } from './raw-collector.js';

function transportTo(options: OtlpOptions, runs: string[] = []): LazyTransport {
  const run = <T>(fn: () => T): T => {
    runs.push('run');
    return fn();
  };
  const settings = otlpSettings('logs', 'acme', 'otlp').resolve(options);
  return lazyTransport(settings, { signal: 'logs', subject: 'acme', clock: systemClock, run });
}

test('opens at the first request, and runs opening and each request as it is told', async () => {
  const runs: string[] = [];
  const transport = transportTo({ url: (await rawCollector()).url }, runs);
  await transport.ready;
  expect(runs).toEqual([]);
  expect(await transport.send(new Uint8Array(), 5000)).toMatchObject({ kind: 'accepted' });
  expect(await transport.send(new Uint8Array(), 5000)).toMatchObject({ kind: 'accepted' });
  expect(runs).toEqual(['run', 'run', 'run']);
  transport.shutdown();
});

test('a certificate that cannot be read rejects at once, and refuses each request with that reason', async () => {
  const transport = transportTo({ url: 'https://127.0.0.1:9', caFile: '/none/ca.pem' });
  await expect(transport.ready).rejects.toThrow('[acme] caFile cannot be read');
  const answer = await transport.send(new Uint8Array(), 100);
  expect(answer).toMatchObject({ kind: 'refused', reason: expect.stringContaining('caFile cannot be read') });
});

test('sends nothing after its shutdown, not even what waited for it to open', async () => {
  const transport = transportTo({ url: (await rawCollector()).url });
  const answer = transport.send(new Uint8Array(), 5000);
  transport.shutdown();
  expect(await answer).toMatchObject({ kind: 'retryable', reason: 'the transport was shut down' });
});
