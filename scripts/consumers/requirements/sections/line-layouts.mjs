import assert from 'node:assert/strict';
import { runService } from '../service-process.mjs';

/**
 * 3, the layouts that LOG_LAYOUT selects.
 * @param {string} project
 * @param {import('../report.mjs').Report} report
 */
export async function lineLayouts(project, { item }) {
  const { lines } = await runService(project, 'logs.mjs', { LOG_LAYOUT: 'structured', LOG_LEVEL: 'debug' });
  const ids = lines.find(({ traceId }) => traceId);
  const lineOf = (/** @type {string} */ message) =>
    lines.find((line) => line.message === message) ?? assert.fail(`no "${message}"`);
  const full = lineOf('publish failed');

  await item('3', 'structured: timestamp, level, logger, message, context, metadata, error, performance', () => {
    const keys = ['timestamp', 'level', 'logger', 'message', 'context', 'metadata', 'error', 'performance'];
    assert.deepEqual(Object.keys(full), keys);
    assert.match(full.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(full.level, 'ERROR');
    assert.equal(full.logger, 'collector.ws');
  });
  await item('3', "structured: context has the ids of the request and the call's own fields", () => {
    const { region, ...context } = full.context;
    assert.equal(region, 'tokyo');
    assert.deepEqual(context, { request_id: 'r-17', user_id: 'u-4', run_id: 'j-1', stream: 'md:ticker' });
  });
  await item('3', 'structured: metadata has hostname, process_id, thread_id, correlation_id and the trace', () => {
    const { hostname, process_id, ...metadata } = full.metadata;
    assert.equal(typeof hostname, 'string');
    assert.equal(typeof process_id, 'number');
    const { traceId: trace_id, spanId: span_id } = ids;
    assert.deepEqual(
      { ...metadata, trace_flags: metadata.trace_flags & 1 },
      { thread_id: 0, correlation_id: 'c-4', trace_id, span_id, trace_flags: 1 },
    );
  });
  await item('3', 'structured: error has type, message, stack and cause', () => {
    const { type, message, stack, cause } = full.error;
    assert.deepEqual([type, message, cause.message], ['TimeoutError', 'late', 'connection reset']);
    assert.match(stack, /logs\.mjs/);
  });
  await item('3', 'structured: performance has cpu_percent, memory_mb and duration_ms', () => {
    const { cpu_percent, memory_mb, duration_ms } = full.performance;
    assert.equal(duration_ms, 12);
    assert.ok(cpu_percent >= 0);
    assert.ok(memory_mb > 1);
  });
  await item('3', 'structured: error and performance only if there is one, absent ids left out', () => {
    const plain = lineOf('from a child');
    for (const key of ['error', 'performance']) assert.ok(!(key in plain), key);
    for (const key of ['correlation_id', 'trace_id', 'span_id', 'trace_flags'])
      assert.ok(!(key in plain.metadata), key);
  });
  await item('3', 'structured: performance: true of a call asks for it', () => {
    const { cpu_percent, memory_mb } = lineOf('asked for performance').performance;
    assert.equal(typeof cpu_percent, 'number');
    assert.equal(typeof memory_mb, 'number');
  });
  await item('3', 'structured: levels are DEBUG, INFO, WARNING, ERROR, CRITICAL', () => {
    const levels = lines.filter(({ message }) => message === 'a level').map(({ level }) => level);
    assert.deepEqual(levels, ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']);
  });
  await item('3', 'text: $time $metadata[$level] $message', async () => {
    const { output } = await runService(project, 'logs.mjs', { LOG_LAYOUT: 'text' });
    const line = output.find((each) => each.endsWith(' publish failed')) ?? assert.fail(output.join('\n'));
    assert.match(line, /^\d\d:\d\d:\d\d\.\d{3} (?:[\w.]+=\S+ )+\[error\] publish failed$/);
    assert.match(line, / request_id=r-17 /);
  });
  await item('3', 'text-asctime: asctime - name - level - message', async () => {
    const { output } = await runService(project, 'logs.mjs', { LOG_LAYOUT: 'text-asctime' });
    const shape = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - collector\.ws - ERROR - publish failed(?: |$)/;
    assert.ok(
      output.some((line) => shape.test(line)),
      output.join('\n'),
    );
  });
}
