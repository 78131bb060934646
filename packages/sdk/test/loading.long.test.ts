import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundledService, type ServiceBundle } from '../../../scripts/test/service-process.js';

let service: ServiceBundle;
beforeAll(async () => {
  service = await bundledService('loading-service', import.meta.url);
});
afterAll(() => service?.remove());

test.each([
  ['log', { pino: true, promClient: false, openTelemetrySdk: false, http: false }],
  ['prometheus', { pino: true, promClient: false, openTelemetrySdk: false, http: true }],
  ['prometheus,log', { pino: true, promClient: false, openTelemetrySdk: false, http: true }],
  ['none', { pino: true, promClient: false, openTelemetrySdk: false, http: false }],
])('METRICS_BACKEND=%s loads only what it uses', async (backend, expected) => {
  const running = service.start('', { METRICS_BACKEND: backend, METRICS_PORT: '0', METRICS_HOST: '127.0.0.1' });
  const line = await running.line('loaded: ');
  expect(JSON.parse(line.replace('loaded: ', ''))).toEqual(expected);
  const { code, windows, stderr } = await running.ended();
  expect(code).toBe(0);
  expect(windows.map((window) => window['jobs_total'])).toEqual(backend.includes('log') ? [1] : []);
  expect(stderr.includes('page: true')).toBe(backend.includes('prometheus'));
});

test('the engine of OpenTelemetry’s SDK is loaded from beside the bundle; without it the start fails, and names what to install', async () => {
  const env = { METRICS_BACKEND: 'none', SIGHTLINE_TRACING_ENGINE: 'opentelemetry' };
  const { code, stderr } = await service.start('', env).ended();
  expect(code).toBe(1);
  expect(stderr).toContain('npm install @opentelemetry/sdk-node @opentelemetry/exporter-trace-otlp-http');
});
