import assert from 'node:assert/strict';
import { attributesOf, otlpReceiver, statsdReceiver } from '../receivers.mjs';
import { startService } from '../service-process.mjs';

/**
 * 1.1, the same collector with each of the other outputs, chosen by environment variables.
 * @param {string} project
 * @param {import('../report.mjs').Report} report
 */
export async function collectorOutputs(project, report) {
  await overOtlp(project, report);
  await overStatsd(project, report);
  await forCloudWatch(project, report);
}

/** Runs the collector until everything is recorded, and ends it, which sends what it has. */
async function collected(/** @type {string} */ project, /** @type {Record<string, string>} */ env) {
  const service = startService(project, 'collector.mjs', env);
  const recorded = await service.line((line) => line.recorded);
  await service.stop();
  return { service, recorded };
}

async function overOtlp(/** @type {string} */ project, /** @type {import('../report.mjs').Report} */ { item }) {
  const receiver = await otlpReceiver();
  await collected(project, {
    METRICS_BACKEND: 'otel',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });
  receiver.close();
  const named = (/** @type {string} */ name) =>
    receiver
      .points()
      .filter((each) => each.name === name)
      .at(-1) ?? assert.fail(`no ${name} was sent`);

  await item('1.1', 'METRICS_BACKEND=otel sends OTLP to /v1/metrics', () => {
    assert.ok(receiver.requests.some(({ path }) => path === '/v1/metrics'));
  });
  await item('1.1', 'OpenTelemetry gets the counter with its attributes', () => {
    const { sum } = named('collector_messages_received_total');
    assert.equal(sum.isMonotonic, true);
    assert.deepEqual(attributesOf(sum.dataPoints[0]), { channel: 'ticker', symbol: 'BTC_JPY' });
    assert.equal(Number(sum.dataPoints[0].asInt ?? sum.dataPoints[0].asDouble), 150);
  });
  await item('1.1', 'OpenTelemetry gets the histogram with its bounds and unit', () => {
    const { histogram, unit } = named('collector_publish_latency_seconds');
    assert.equal(unit, 's');
    assert.deepEqual(histogram.dataPoints[0].explicitBounds, [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1]);
    assert.equal(Number(histogram.dataPoints[0].count), 100);
  });
  await item('1.1', 'OpenTelemetry gets the gauge', () => {
    assert.equal(Number(named('collector_send_buffer_bytes').gauge.dataPoints[0].asDouble ?? 64), 64);
  });
}

async function overStatsd(/** @type {string} */ project, /** @type {import('../report.mjs').Report} */ { item }) {
  /** @returns {Promise<string[]>} */
  const linesOf = async (/** @type {Record<string, string>} */ env) => {
    const receiver = await statsdReceiver();
    await collected(project, {
      METRICS_BACKEND: 'statsd',
      STATSD_HOST: '127.0.0.1',
      STATSD_PORT: receiver.port,
      ...env,
    });
    await receiver.until((line) => line.startsWith('collector_reconnects_total:1'));
    receiver.close();
    return receiver.lines;
  };
  const assertLine = (/** @type {readonly string[]} */ lines, /** @type {string} */ line) =>
    assert.ok(lines.includes(line), `no ${line} among\n${lines.join('\n')}`);

  await item('1.1', 'METRICS_BACKEND=statsd sends DogStatsD over UDP, with tags such as channel:ticker', async () => {
    const lines = await linesOf({});
    assertLine(lines, 'collector_messages_received_total:150|c|#channel:ticker,symbol:BTC_JPY');
    assertLine(lines, 'collector_send_buffer_bytes:64|g');
    assertLine(lines, 'collector_message_size_bytes:512|d');
    assert.ok(lines.some((line) => /^collector_publish_latency_seconds:.*\|d\|#stream:md:ticker,/.test(line)));
  });
  await item('1.1', 'STATSD_DIALECT=statsd sends plain StatsD, with label values in names', async () => {
    const lines = await linesOf({ STATSD_DIALECT: 'statsd' });
    assertLine(lines, 'collector_messages_received_total.ticker.BTC_JPY:150|c');
    assertLine(lines, 'collector_send_buffer_bytes:64|g');
    assertLine(lines, 'redis_publish_latency_ms.bitflyer.ticker:7|ms');
    // Timers are in milliseconds, also of what was recorded in seconds.
    const times = lines.flatMap(
      (line) => /^collector_publish_latency_seconds\.md--3Aticker\.BTC_JPY:(.*)\|ms$/.exec(line)?.[1] ?? [],
    );
    assert.equal(times.length, 100);
    assert.ok(Math.abs(times.reduce((sum, time) => sum + Number(time), 0) - 5050) < 1, times.join(' '));
  });
}

async function forCloudWatch(/** @type {string} */ project, /** @type {import('../report.mjs').Report} */ { item }) {
  await item(
    '1.1',
    'METRICS_LOG_LAYOUT=emf feeds CloudWatch from log lines, without a change to the code',
    async () => {
      const { service } = await collected(project, { METRICS_LOG_LAYOUT: 'emf', METRICS_LOG_NAMESPACE: 'Collector' });
      const documents = service.lines.filter(({ _aws }) => _aws !== undefined);
      const received =
        documents.find((each) => each.collector_messages_received_total !== undefined) ??
        documents.find((each) => each.received !== undefined);
      assert.ok(received, service.output.join('\n'));
      assert.equal(received.received ?? received.collector_messages_received_total, 150);
      assert.equal(received.channel, 'ticker');
      assert.equal(received.symbol, 'BTC_JPY');
      const [directive] = received._aws.CloudWatchMetrics;
      assert.equal(directive.Namespace, 'Collector');
      assert.deepEqual(directive.Dimensions, [['channel', 'symbol']]);
      assert.equal(typeof received._aws.Timestamp, 'number');
      assert.ok(directive.Metrics.some((/** @type {any} */ { Unit }) => Unit === 'Count'));
    },
  );
}
