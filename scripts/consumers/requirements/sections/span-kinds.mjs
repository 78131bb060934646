import assert from 'node:assert/strict';
import { otlpReceiver } from '../receivers.mjs';
import { runService } from '../service-process.mjs';

const [INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER] = [1, 2, 3, 4, 5];
const ERROR = 2;

/** Name, kind and attributes of the span of each kind of operation. @type {ReadonlyArray<readonly [string, number, Record<string, unknown>]>} */
const kinds = [
  [
    'command PlaceOrder',
    INTERNAL,
    { 'cqrs.operation': 'command', 'cqrs.type': 'PlaceOrder', 'cqrs.message.id': 'm-1' },
  ],
  ['query OrderById', INTERNAL, { 'cqrs.operation': 'query' }],
  ['event OrderPlaced', INTERNAL, { 'cqrs.operation': 'event' }],
  ['saga fulfilment', INTERNAL, { 'cqrs.saga.id': 's-1', 'cqrs.saga.outcome': 'compensated' }],
  ['GET /orders/:id', SERVER, { 'http.request.method': 'GET', 'http.route': '/orders/:id', 'url.path': '/orders/7' }],
  ['GET', CLIENT, { 'http.request.method': 'GET', 'url.full': 'http://stock/items' }],
  [
    'SELECT orders',
    CLIENT,
    { 'db.system.name': 'postgresql', 'db.collection.name': 'orders', 'db.operation.name': 'SELECT' },
  ],
  ['publish orders', PRODUCER, { 'messaging.system': 'nats', 'messaging.destination.name': 'orders' }],
  ['process orders', CONSUMER, { 'messaging.operation.type': 'process' }],
  ['find orders', CLIENT, { 'db.system.name': 'mongodb' }],
];

/**
 * 2, spans as a collector receives them.
 * @param {string} project
 * @param {import('../report.mjs').Report} report
 */
export async function spanKinds(project, { item }) {
  const receiver = await otlpReceiver();
  const { lines, errors, output } = await runService(project, 'spans.mjs', {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });
  receiver.close();
  const seen = lines.find(({ thrown }) => thrown) ?? assert.fail(errors);
  const sent = receiver.spans();
  const spanOf = (/** @type {string} */ name) =>
    sent.find((span) => span.name === name) ??
    assert.fail(`no ${name} among ${sent.map((span) => span.name).join(', ')}`);

  for (const [name, kind, attributes] of kinds) {
    await item('2', `span "${name}" with its kind and standard attributes`, () => {
      const span = spanOf(name);
      assert.equal(span.kind, kind);
      for (const [key, value] of Object.entries(attributes)) assert.equal(span.attributes[key], value, key);
    });
  }
  await item('2', 'the service is named by code', () => {
    assert.equal(sent[0].resource['service.name'], 'from-code');
  });
  await item('2', 'secrets in addresses are hidden', () => {
    assert.doesNotMatch(JSON.stringify(sent), /token=secret/);
    assert.doesNotMatch(output.join('\n'), /token=secret/);
  });
  await item('2', 'custom spans: callback style with attributes and events', () => {
    const { attributes, events, status } = spanOf('custom');
    assert.deepEqual(attributes, { 'order.sku': 'tea', 'order.total': 12 });
    assert.deepEqual(
      events.map((/** @type {any} */ { name }) => name),
      ['priced'],
    );
    assert.notEqual(status?.code, ERROR);
  });
  for (const [name, type] of [
    ['throws', 'RangeError'],
    ['rejects', 'TypeError'],
  ]) {
    await item('2', `a span that ${name} has its exception recorded and status error`, () => {
      const { status, events, attributes } = spanOf(String(name));
      assert.equal(status.code, ERROR);
      assert.equal(attributes['error.type'], type);
      assert.equal(events[0].name, 'exception');
      assert.equal(events[0].attributes['exception.type'], type);
      assert.match(events[0].attributes['exception.stacktrace'], /spans\.mjs/);
    });
  }
  await item('2', 'the caller gets the error as it was thrown', () => assert.deepEqual(seen.thrown, ['sync', 'async']));
  await item('2', 'a decorator names the span', () => assert.ok(spanOf('Orders.save')));
  await item('2', 'a decorated function: attributes, events started and completed, success, duration_seconds', () => {
    const { attributes, events } = spanOf('load order');
    assert.equal(attributes['order.id'], 'o-1');
    assert.equal(attributes['success'], true);
    assert.ok(attributes['duration_seconds'] >= 0);
    assert.deepEqual(
      events.map((/** @type {any} */ { name }) => name),
      ['load order started', 'load order completed'],
    );
  });
  await item('2', 'a decorated function that fails: success false, error.type, error.message', () => {
    const { attributes, status } = spanOf('fail order');
    assert.equal(attributes['success'], false);
    assert.equal(attributes['error.type'], 'RangeError');
    assert.equal(attributes['error.message'], 'no such order');
    assert.equal(status.code, ERROR);
  });
  await item('2', 'command bus and event bus are traced without the caller doing anything', () => {
    const chain = ['command TakeStock', 'handle TakeStock', 'event StockTaken', 'handle StockTaken'].map(spanOf);
    for (const [i, span] of chain.entries()) {
      if (i > 0) assert.equal(span.parentSpanId, chain[i - 1]?.spanId, span.name);
    }
    assert.equal(new Set(chain.map(({ traceId }) => traceId)).size, 1);
  });
  for (const [i, type] of ['command', 'query', 'event', 'saga'].entries()) {
    await item('2', `a ${type} is wrapped with its trace, and unwrapped in the sender's trace`, () => {
      const { envelope, payload, traceId } = seen.handled[i];
      const sending = spanOf(`send ${type}`);
      assert.equal(envelope.type, type);
      assert.match(envelope.trace.traceparent, new RegExp(`^00-${sending.traceId}-${sending.spanId}-0[13]$`));
      assert.deepEqual(payload, { type });
      assert.equal(traceId, sending.traceId);
      const handling = spanOf(`process A-${type}`);
      assert.equal(handling.kind, CONSUMER);
      assert.equal(handling.parentSpanId, sending.spanId);
    });
  }
}
