import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startService } from '../service-process.mjs';

/**
 * 1.1, the collector without any variable: a line per window of ten seconds, and the window that the service pulls itself.
 * @param {string} project
 * @param {import('../report.mjs').Report} report
 */
export async function collectorLines(project, { item }) {
  const service = startService(project, 'collector.mjs');
  const recorded = await service.line(({ recorded }) => recorded);
  const isMetrics = (/** @type {any} */ { msg }) => msg === 'metrics';
  const line = await service.line(isMetrics);
  const linesAtWindow = service.lines.length;
  await service.stop();
  const [, quiet] = service.lines.filter(isMetrics);

  await item('1.1', 'the service imports only the sdk, and names no backend', () => {
    const source = readFileSync(join(project, 'collector.mjs'), 'utf8');
    assert.deepEqual(source.match(/from '.*'/g), ["from '@sightline/sdk'"]);
    assert.doesNotMatch(source, /METRICS_BACKEND|backend:/);
  });
  await item('1.1', 'metrics are injected as the interface MetricsCollector', () => {
    const types = readFileSync(join(project, 'node_modules/@sightline/core/dist/index.d.ts'), 'utf8');
    assert.match(types, /\bMetricsCollector\b/);
    const source = readFileSync(join(project, 'collector.mjs'), 'utf8');
    assert.match(source, /function collectorMetrics\(metrics\)/);
  });
  await item('1.1', 'log snapshot is the default, and opens no server', () => {
    assert.match(recorded.explained, /backend = "log" \(default\)/);
    assert.equal(recorded.address, null);
  });
  await item('1.1', 'the window is 10 s by default', () => {
    assert.match(recorded.explained, /logSnapshot\.intervalMs = 10000 \(default\)/);
    assert.ok(Math.abs(line.metrics.window_seconds - 10) < 1, JSON.stringify(line.metrics.window_seconds));
  });
  await item('1.1', 'one line per window, and nothing logged per event', () => {
    // The line of the start, the program's own line, the line of metrics.
    assert.equal(linesAtWindow, 3, service.output.join('\n'));
    assert.equal(service.lines.filter(isMetrics).length, 2);
  });
  await item('1.1', 'the line is {level:30, time, msg:"metrics", metrics:{...}}', () => {
    assert.equal(line.level, 30);
    assert.equal(line.msg, 'metrics');
    assert.ok(Math.abs(line.time - Date.now()) < 60_000);
    assert.deepEqual(Object.keys(line).sort(), ['level', 'metrics', 'msg', 'time']);
  });
  await item('1.1', 'one object per metric, label values joined with ":" in label order', () => {
    assert.deepEqual(line.metrics.received, { 'ticker:BTC_JPY': 150 });
    assert.deepEqual(line.metrics.published, { 'md:ticker:BTC_JPY': 149 });
    assert.deepEqual(line.metrics.errors, { parse_error: 0, publish_error: 1, api_error: 0 });
    assert.equal(line.metrics.reconnects, 1);
  });
  await item('1.1', 'publish latency has p50, p95 and p99', () => {
    const latency = line.metrics.collector_publish_latency_seconds['md:ticker:BTC_JPY'];
    assert.equal(latency.count, 100);
    for (const [name, exact] of /** @type {const} */ ([
      ['p50', 0.05],
      ['p95', 0.095],
      ['p99', 0.099],
    ])) {
      assert.ok(Math.abs(latency[name] - exact) <= exact * 0.1, `${name} is ${latency[name]}, exactly ${exact}`);
    }
  });
  await item('1.1', 'message size, send-buffer size and last_message_timestamp are in the line', () => {
    assert.equal(line.metrics.collector_message_size_bytes.count, 1);
    assert.equal(line.metrics.collector_send_buffer_bytes, 64);
    assert.ok(Math.abs(line.metrics.last_message_timestamp - Date.now() / 1000) < 60);
  });
  await item('1.1', 'the window then starts afresh, and declared counters are 0 in a quiet one', () => {
    assert.deepEqual(quiet.metrics.received, { 'ticker:BTC_JPY': 0 });
    assert.deepEqual(quiet.metrics.errors, { parse_error: 0, publish_error: 0, api_error: 0 });
    assert.equal(quiet.metrics.reconnects, 0);
    assert.ok(quiet.metrics.window_seconds < 10);
  });
  await item('1.1', 'getMetrics() gives the object that the line holds, with windowSeconds', () => {
    const { windowSeconds, ...pulled } = recorded.first;
    const { window_seconds: _seconds, ...written } = line.metrics;
    assert.deepEqual(pulled, written);
    assert.equal(typeof windowSeconds, 'number');
    for (const name of ['received', 'published', 'errors', 'reconnects']) assert.ok(name in pulled, name);
  });
  await item('1.1', 'reset() begins the next window', () => {
    assert.deepEqual(recorded.second.received, { 'ticker:BTC_JPY': 0 });
    assert.equal(recorded.second.reconnects, 0);
  });
}
