import assert from 'node:assert/strict';
import { runService } from '../service-process.mjs';

/**
 * 3, the fields of lines, in pino's own layout.
 * @param {string} project
 * @param {import('../report.mjs').Report} report
 */
export async function logLines(project, { item, note }) {
  const { lines, errors } = await runService(project, 'logs.mjs', { LOG_LEVEL: 'debug' });
  const ids = lines.find(({ traceId }) => traceId) ?? assert.fail(errors);
  const lineOf = (/** @type {string} */ msg) =>
    lines.find((line) => line.msg === msg) ?? assert.fail(`no line "${msg}"`);
  const levelsOf = (/** @type {any[]} */ all) => all.filter(({ msg }) => msg === 'a level').map(({ asked }) => asked);

  await item('3', "JSON to standard output, in pino's own layout by default", () => {
    const line = lineOf('from a child');
    for (const key of ['level', 'time', 'pid', 'hostname', 'name', 'msg']) assert.ok(key in line, key);
    assert.equal(errors, '');
  });
  await item('3', "debug, info, warning, error, critical are pino's 20, 30, 40, 50, 60", () => {
    const numbers = lines.filter(({ msg }) => msg === 'a level').map(({ asked, level }) => [asked, level]);
    assert.deepEqual(numbers, [
      ['debug', 20],
      ['info', 30],
      ['warning', 40],
      ['error', 50],
      ['critical', 60],
    ]);
  });
  for (const [level, expected] of /** @type {const} */ ([
    ['', ['info', 'warning', 'error', 'critical']],
    ['warning', ['warning', 'error', 'critical']],
    ['critical', ['critical']],
    ['error,collector.ws=debug', ['debug', 'info', 'warning', 'error', 'critical']],
  ])) {
    await item('3', `LOG_LEVEL=${level} writes ${expected.join(', ')}`, async () => {
      const { lines: some } = await runService(project, 'logs.mjs', { LOG_LEVEL: level });
      assert.deepEqual(levelsOf(some), expected);
    });
  }
  await item('3', 'a logger has a name and an initial context, children too', () => {
    for (const line of [lineOf('made a correlation id'), lineOf('from a child')]) {
      assert.equal(line.name, 'collector.ws');
      assert.equal(line.region, 'tokyo');
    }
    assert.equal(lineOf('from a child').child, 1);
  });
  await item('3', 'request_id, trace_id, span_id, user_id, correlation_id, run_id come from async context', () => {
    const line = lineOf('publish failed');
    assert.equal(line.request_id, 'r-17');
    assert.equal(line.user_id, 'u-4');
    assert.equal(line.correlation_id, 'c-4');
    assert.equal(line.run_id, 'j-1');
    assert.equal(line.trace_id, ids.traceId);
    assert.equal(line.span_id, ids.spanId);
  });
  await item('3', 'every line within a message carries them, too', () => {
    const line = lineOf('in a message');
    assert.equal(line.correlation_id, 'c-9');
    assert.equal(line.user_id, 'u-9');
    assert.match(line.request_id, /^[0-9a-f-]{36}$/);
    assert.match(line.trace_id, /^[0-9a-f]{32}$/);
    assert.match(line.span_id, /^[0-9a-f]{16}$/);
  });
  await item('3', 'a correlation id is generated if none came in', () => {
    assert.match(lineOf('made a correlation id').correlation_id, /^[0-9a-f-]{36}$/);
  });
  await item('3', 'errors carry type, message, stack and causes', () => {
    const { err } = lineOf('publish failed');
    assert.equal(err.type, 'TimeoutError');
    assert.equal(err.message, 'late');
    assert.match(err.stack, /^TimeoutError: late\n {4}at .*logs\.mjs/);
    assert.equal(err.cause.message, 'connection reset');
    assert.deepEqual(err.cause.cause, { type: 'string', message: 'cable' });
  });
  await item('3', 'secrets are redacted by default', () => {
    const text = JSON.stringify(lines);
    for (const secret of ['hunter2', 'abcdef', '4111 1111']) assert.ok(!text.includes(secret), secret);
  });
  await item('3', 'a query of 100 ms and more is logged with its summary and duration, others are not', () => {
    const slow = lines.filter(({ query }) => query !== undefined);
    assert.deepEqual(
      slow.map(({ query }) => query),
      ['SELECT orders'],
    );
    assert.ok(slow[0].duration_ms >= 100);
    assert.equal(slow[0].level, 40);
    assert.ok(!JSON.stringify(slow).includes('tea'));
  });
  await item(
    '3',
    'an uncaught exception is one critical line, and the process ends as it would without us',
    async () => {
      const ended = await runService(project, 'logs.mjs', { ENDS: 'uncaught' });
      const fatal = ended.lines.filter((line) => line.err?.message === 'no handler for this');
      assert.equal(fatal.length, 1);
      assert.equal(fatal[0].level, 60);
      assert.equal(fatal[0].err.type, 'RangeError');
      assert.equal(ended.code, 1);
      assert.match(ended.errors, /RangeError: no handler for this/);
    },
  );
  note(
    '3',
    'Loki and CloudWatch read standard output',
    'Lines are there as checked above; the recipes of docs/guides/logging.md are run on real lines by the tests of packages/logger.',
  );
}
