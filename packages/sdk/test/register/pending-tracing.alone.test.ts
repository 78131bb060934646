import { diag, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { expect, onTestFinished, test } from 'vitest';
import { pendingTracing } from '../../src/register/pending-tracing.js';

test('reports another set-up that comes while the tracing is waited for, and nothing later', async () => {
  const lines: string[] = [];
  const write = (_fields: object, message: string): void => void lines.push(message);
  const pending = pendingTracing(() => undefined, { info: write, warn: write, error: write });
  pending.install();
  onTestFinished(() => pending.remove());
  trace.setGlobalTracerProvider(new ProxyTracerProvider());
  await Promise.resolve();
  pending.remove();
  diag.error('after');
  expect(lines).toEqual([expect.stringMatching(/came after the first one, and its tracer provider was refused/)]);
});
