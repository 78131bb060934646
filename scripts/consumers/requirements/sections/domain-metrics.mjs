import assert from 'node:assert/strict';
import { assertFamily, boundsOf, pageAt, sampleValue } from '../exposition.mjs';
import { attributesOf, otlpReceiver } from '../receivers.mjs';
import { runService, startService } from '../service-process.mjs';

/** As the documents name it, as Prometheus writes it, its type and labels. @type {ReadonlyArray<readonly [string, string, string, readonly string[]]>} */
const names = [
  ['command.dispatched.count', 'command_dispatched_total', 'counter', ['command_type']],
  ['command.processing.duration', 'command_processing_duration_milliseconds', 'histogram', ['command_type']],
  ['event.stored.count', 'event_stored_total', 'counter', ['event_type']],
  ['event.processing.duration', 'event_processing_duration_milliseconds', 'histogram', ['event_type']],
  ['query.executed.count', 'query_executed_total', 'counter', ['query_type']],
  ['query.execution.duration', 'query_execution_duration_milliseconds', 'histogram', ['query_type']],
  ['saga.started.count', 'saga_started_total', 'counter', ['saga_type']],
  ['saga.completed.count', 'saga_completed_total', 'counter', ['saga_type', 'status']],
  ['saga.duration', 'saga_duration_seconds', 'histogram', ['saga_type']],
  ['vm.memory.total', 'vm_memory_total_megabytes', 'gauge', []],
  ['vm.memory.heap_used', 'vm_memory_heap_used_megabytes', 'gauge', []],
  ['vm.event_loop.lag_mean', 'vm_event_loop_lag_mean_milliseconds', 'gauge', []],
  ['vm.event_loop.utilization', 'vm_event_loop_utilization_ratio', 'gauge', []],
  ['repo.query.total_time', 'repo_query_total_time_milliseconds', 'histogram', ['query_type']],
  ['repo.query.decode_time', 'repo_query_decode_time_milliseconds', 'histogram', ['query_type']],
  ['repo.query.query_time', 'repo_query_query_time_milliseconds', 'histogram', ['query_type']],
  ['repo.query.queue_time', 'repo_query_queue_time_milliseconds', 'histogram', ['query_type']],
  ['websocket.connections.count', 'websocket_connections_total', 'counter', ['status']],
  ['websocket.connection.duration', 'websocket_connection_duration_seconds', 'histogram', []],
  ['websocket.messages.count', 'websocket_messages_total', 'counter', ['direction', 'type']],
];

const serving = { METRICS_BACKEND: 'prometheus', METRICS_PORT: '0', METRICS_HOST: '127.0.0.1' };

/**
 * 1.2, a service that executes events, and what definitions make of them.
 * @param {string} project
 * @param {import('../report.mjs').Report} report
 */
export async function domainMetrics(project, { item }) {
  const receiver = await otlpReceiver();
  const service = startService(project, 'domain.mjs', {
    ...serving,
    METRICS_BACKEND: 'prometheus,otel',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });
  const executed = await service.line((line) => line.executed);
  const page = await pageAt(`http://127.0.0.1:${executed.address.port}/metrics`);
  await service.stop();
  receiver.close();

  await item('1.2', 'execute(["my_app","custom","event"], measurements, metadata) reaches its definitions', () => {
    assert.equal(sampleValue(page, 'shop_my_app_custom_event_total', { kind: 'a' }), 1);
  });
  await item('1.2', 'units are converted: native to milliseconds and seconds, byte to megabyte', () => {
    assert.equal(sampleValue(page, 'shop_my_app_custom_event_milliseconds_sum'), 250);
    assert.equal(sampleValue(page, 'shop_my_app_custom_event_seconds_sum'), 0.25);
    assert.equal(sampleValue(page, 'shop_my_app_custom_event_size_megabytes'), 3);
  });
  for (const [name, written, type, labels] of names) {
    await item('1.2', `${name}{${labels.join(',')}} is ${written} for Prometheus`, () => {
      assertFamily(page, written, type, labels);
    });
  }
  await item('1.2', 'times that ask for milliseconds are recorded in milliseconds, those of sagas in seconds', () => {
    assert.equal(sampleValue(page, 'command_processing_duration_milliseconds_sum'), 12);
    assert.equal(sampleValue(page, 'repo_query_queue_time_milliseconds_sum'), 2);
    assert.equal(sampleValue(page, 'saga_duration_seconds_sum'), 1.5);
    assert.equal(sampleValue(page, 'websocket_connection_duration_seconds_sum'), 2);
  });
  await item('1.2', 'OpenTelemetry gets the names as declared, with their unit', () => {
    const sent = receiver.points().findLast((/** @type {any} */ { name }) => name === 'command.processing.duration');
    assert.equal(sent?.unit, 'ms');
    assert.deepEqual(attributesOf(sent.histogram.dataPoints[0]), { command_type: 'PlaceOrder' });
  });
  await item('1.2', 'the catalogues offer the base unit by one option', async () => {
    const inBaseUnits = startService(project, 'domain.mjs', { ...serving, BASE_UNITS: 'true' });
    const { address } = await inBaseUnits.line((line) => line.executed);
    const families = await pageAt(`http://127.0.0.1:${address.port}/metrics`);
    await inBaseUnits.stop();
    assert.equal(sampleValue(families, 'command_processing_duration_seconds_sum'), 0.012);
    assert.equal(sampleValue(families, 'repo_query_queue_time_seconds_sum'), 0.002);
    assertFamily(families, 'vm_memory_total_bytes', 'gauge');
    assertFamily(families, 'vm_event_loop_lag_mean_seconds', 'gauge');
  });
  await item('1.2', 'the same definition has the same bounds in every process', async () => {
    const other = startService(project, 'domain.mjs', { ...serving, COMMAND_MS: '90000' });
    const { address } = await other.line((line) => line.executed);
    const families = await pageAt(`http://127.0.0.1:${address.port}/metrics`);
    await other.stop();
    const name = 'command_processing_duration_milliseconds';
    assert.equal(sampleValue(families, `${name}_sum`), 90_000);
    assert.ok(boundsOf(page, name).length > 10);
    assert.deepEqual(boundsOf(families, name), boundsOf(page, name));
  });
  await item('1.2', 'saga outcomes are one published set, and a rule finds the failing ones', () => {
    const { values, failing } = executed.cqrsLabelValues['saga.completed.count'].status;
    assert.ok(values.includes('failed'));
    const isFailing = new RegExp(`^(?:${failing})$`);
    assert.deepEqual(
      values.filter((/** @type {string} */ value) => isFailing.test(value)),
      ['failed'],
    );
    const shown = page.get('saga_completed_total')?.samples.map(({ labels }) => labels['status']) ?? [];
    assert.ok(shown.includes('failed') && shown.every((status) => values.includes(status)), shown.join(' '));
  });
  await item('1.2', 'user_id and run_id as tags are refused when a metric is defined', () => {
    for (const [i, tag] of ['user_id', 'run_id'].entries()) assert.match(executed.refusals[i] ?? '', new RegExp(tag));
  });
  await item('1.2', 'ids in the metadata become no label', () => {
    const labels = [...page.values()].flatMap(({ samples }) => samples.flatMap((each) => Object.keys(each.labels)));
    assert.ok(!labels.includes('user_id'));
  });
  await item('1.2', 'a label that goes wild is capped, counted and warned about once', () => {
    assert.equal(page.get('wild_total')?.samples.length, 51);
    assert.equal(sampleValue(page, 'wild_total', { page: '__overflow__' }), 950);
    assert.equal(sampleValue(page, 'sightline_overflowed_total', { metric: 'wild_total' }), 950);
    assert.equal(service.lines.filter((line) => line.level === 40 && line.msg.includes('wild_total')).length, 1);
  });
  await item('1.3', 'the linter reports _total, base units, ids as labels, and labels that grow for ever', async () => {
    const lint = ['node_modules/@sightline/sdk/bin/sightline.js', 'lint'];
    const { code, output } = await runService(project, 'linted.mjs', {}, lint);
    const text = output.join('\n');
    assert.equal(code, 1, text);
    for (const found of [
      /jobs .*\(counter-suffix\)/,
      /wait_milliseconds/,
      /"user_id".*\(id-label\)/,
      /"run_id".*\(id-label\)/,
      /"date"/,
    ]) {
      assert.match(text, found);
    }
  });
}
