import { describe, expect, onTestFinished, test } from 'vitest';
import { hasOtelCollector, startOtelCollector } from '../../../../scripts/servers/otel-collector.js';
import { otlpReceiver } from '../../../../scripts/servers/otlp-receiver.js';
import { startTracing } from '../../src/sdk/index.js';

describe.skipIf(!hasOtelCollector)('A real OpenTelemetry Collector', () => {
  test.each(['http/protobuf', 'http/json', 'grpc'] as const)('passes on the received spans (%s)', async (protocol) => {
    const behind = await otlpReceiver();
    onTestFinished(() => behind.stop());
    const { http, grpc } = await startOtelCollector('traces', {
      traces_endpoint: `${behind.url}/v1/traces`,
      encoding: 'json',
      compression: 'none',
    });
    const url = protocol === 'grpc' ? grpc : `${http}/v1/traces`;
    const log = { info() {}, warn() {}, error() {} };
    const { spans, shutdown } = startTracing({
      protocol,
      url,
      compression: 'gzip',
      env: {},
      serviceName: 'orders',
      drainsAtExit: false,
      isGlobal: false,
      log,
    });
    const traceIds = spans.command('PlaceOrder', { attributes: { customer: 'é😀', total: 12.5 } }, (span) => {
      span.addLink({ context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 } });
      return span.spanContext().traceId;
    });
    expect(() =>
      spans.query('Orders', () => {
        throw new TypeError('no such table');
      }),
    ).toThrow(TypeError);
    expect(await shutdown()).toEqual({ exported: 2, dropped: 0, pending: 0 });
    await expect.poll(() => behind.spans.length).toBe(2);
    expect(behind.resource['service.name']).toBe('orders');
    const [command, query] = behind.spans;
    expect(command).toMatchObject({
      name: 'command PlaceOrder',
      traceId: traceIds,
      attributes: expect.arrayContaining([
        { key: 'customer', value: { stringValue: 'é😀' } },
        { key: 'total', value: { doubleValue: 12.5 } },
      ]),
    });
    expect(query).toMatchObject({ name: 'query Orders', status: { code: 2, message: 'no such table' } });
  });
});
