import assert from 'node:assert/strict';
import { otlpReceiver } from '../receivers.mjs';
import { runService, startService } from '../service-process.mjs';

const trace = '0af7651916cd43dd8448eb211c80319c';
const parent = 'b7ad6b7169203331';

/** By OTEL_PROPAGATORS: the headers of a caller, and those that carry the trace on. @type {ReadonlyArray<readonly [string, string, Record<string, string>, RegExp | Record<string, RegExp>]>} */
const formats = [
  [
    'W3C Trace Context',
    'tracecontext',
    { traceparent: `00-${trace}-${parent}-01` },
    { traceparent: new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`) },
  ],
  ['B3 in one header', 'b3', { b3: `${trace}-${parent}-1` }, { b3: new RegExp(`^${trace}-[0-9a-f]{16}-1`) }],
  [
    'B3 in several headers',
    'b3multi',
    { 'x-b3-traceid': trace, 'x-b3-spanid': parent, 'x-b3-sampled': '1' },
    { 'x-b3-traceid': new RegExp(`^${trace}$`), 'x-b3-spanid': /^[0-9a-f]{16}$/, 'x-b3-sampled': /^1$/ },
  ],
];

/**
 * 2, trace context in headers: propagators, the HTTP middleware, instrumentations of OpenTelemetry.
 * @param {string} project
 * @param {import('../report.mjs').Report} report
 */
export async function traceHeaders(project, { item }) {
  const receiver = await otlpReceiver();
  const exporting = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
  /** Starts the web service, asks it once with these headers, and ends it. */
  const asked = async (
    /** @type {Record<string, string>} */ env,
    /** @type {Record<string, string>} */ headers,
    path = '/orders/7',
  ) => {
    const service = startService(project, 'web.mjs', { ...exporting, ...env });
    const { url } = await service.line((line) => line.url);
    const response = await fetch(`${url}${path}`, { headers: { connection: 'close', ...headers } });
    const body = await response.text();
    await service.stop();
    return { response, answer: body === '' ? undefined : JSON.parse(body), lines: service.lines };
  };

  for (const [name, propagators, headers, carriedOn] of formats) {
    await item('2', `${name} is read and written`, async () => {
      const { response, answer } = await asked({ OTEL_PROPAGATORS: propagators }, headers);
      assert.equal(response.headers.get('x-trace-id'), trace);
      for (const [header, shape] of Object.entries(carriedOn)) assert.match(answer.sent[header] ?? '', shape);
    });
  }

  const headers = { traceparent: `00-${trace}-${parent}-01`, baggage: 'tenant=acme', 'x-request-id': 'r-17' };
  const { response, answer, lines } = await asked({}, headers);
  const spans = receiver.spans().filter(({ traceId }) => traceId === trace);
  const server = spans.findLast(({ kind }) => kind === 2);

  await item('2', 'W3C Trace Context and Baggage are the default', () => {
    assert.match(answer.sent.traceparent, new RegExp(`^00-${trace}-`));
    assert.equal(answer.sent.baggage, 'tenant=acme');
  });
  await item('2', 'baggage is there for the service, and sent on', () => assert.equal(answer.baggage, 'acme'));
  await item('2', 'the HTTP middleware starts the server span, as a child of the caller', () => {
    assert.equal(server.name, 'GET /orders/:id');
    assert.equal(server.parentSpanId, parent);
  });
  await item('2', 'it records attributes of request and response', () => {
    const { attributes } = server;
    assert.equal(attributes['http.request.method'], 'GET');
    assert.equal(attributes['http.route'], '/orders/:id');
    assert.equal(attributes['url.path'], '/orders/7');
    assert.equal(attributes['url.scheme'], 'http');
    assert.equal(attributes['http.response.status_code'], 200);
  });
  await item('2', 'it answers with x-trace-id, 32 hex digits, also if no trace came in', async () => {
    assert.equal(response.headers.get('x-trace-id'), trace);
    const { response: fresh } = await asked({}, {});
    assert.match(fresh.headers.get('x-trace-id') ?? '', /^[0-9a-f]{32}$/);
  });
  await item('2', 'a request that fails is a span with status error', async () => {
    const other = '1'.repeat(32);
    await asked({}, { traceparent: `00-${other}-${parent}-01` }, '/fails').catch(() => {});
    const failed = receiver.spans().find(({ traceId, kind }) => traceId === other && kind === 2);
    assert.equal(failed?.status.code, 2);
    assert.equal(failed.attributes['error.type'], 'RangeError');
  });
  await item('3', 'every line within a request carries request_id, trace_id, span_id and correlation_id', () => {
    const line = lines.find(({ msg }) => msg === 'within the request');
    assert.equal(line.request_id, 'r-17');
    assert.equal(line.trace_id, trace);
    assert.equal(line.span_id, server.spanId);
    assert.match(line.correlation_id, /^[0-9a-f-]{36}$/);
  });
  await item('3', 'a correlation id that came in is kept', async () => {
    const { lines: correlated } = await asked({}, { 'x-correlation-id': 'c-4' });
    assert.equal(correlated.find(({ msg }) => msg === 'within the request').correlation_id, 'c-4');
  });
  await item(
    '2',
    'instrumentations that the service installs are switched on by --import @sightline/sdk/register',
    async () => {
      await runService(
        project,
        'instrumented.mjs',
        { ...exporting, METRICS_BACKEND: 'none', OTEL_SERVICE_NAME: 'instrumented' },
        ['--import', '@sightline/sdk/register'],
      );
      const made = receiver.spans().filter(({ resource }) => resource['service.name'] === 'instrumented');
      assert.deepEqual(made.map(({ kind }) => kind).sort(), [2, 3]);
    },
  );
  receiver.close();
}
