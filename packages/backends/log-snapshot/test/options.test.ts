import { expect, test } from 'vitest';
import { type LogSnapshotOptions, logSnapshotBackend } from '../src/index.js';
import { logSnapshotSettings } from '../src/settings.js';

test.each<[string, unknown]>([
  [
    '[backend-log-snapshot] keys["b"] is "received", but that is the key of "a". Choose another key.',
    { keys: { a: 'received', b: 'received' } },
  ],
  [
    '[backend-log-snapshot] keys["a"] is "window_seconds", but that is the length of the window. Choose another key.',
    { keys: { a: 'window_seconds' } },
  ],
  [
    '[backend-log-snapshot] keys["a"] is "": give 1 to 240 printable ASCII characters that do not begin with ":".',
    { keys: { a: '' } },
  ],
  ['[backend-log-snapshot] keys is an object: give a plain object.', { keys: new Map([['a', 'b']]) }],
  ['[backend-log-snapshot] intervalMs is 0: give milliseconds from 1 to 2147483647.', { intervalMs: 0 }],
  ['[backend-log-snapshot] intervalMs is NaN: give milliseconds from 1 to 2147483647.', { intervalMs: Number.NaN }],
  ["[backend-log-snapshot] layout is \"xml\": give 'json' or 'emf'.", { layout: 'xml' }],
  ['[backend-log-snapshot] storageResolution is 5: give 1 or 60.', { storageResolution: 5 }],
  [
    '[backend-log-snapshot] include[1] is 5: give a list of names, such as "jobs_*", and regular expressions.',
    { include: ['a', 5] },
  ],
  [
    '[backend-log-snapshot] exclude is "a": give a list of names, such as "jobs_*", and regular expressions.',
    { exclude: 'a' },
  ],
  ['[backend-log-snapshot] logger is {}: give an object with an info method.', { logger: {} }],
])('%s', (message, options) => {
  expect(() => logSnapshotBackend(options as LogSnapshotOptions)).toThrow(message);
});

test.each(['', ' ', 'AWS/EC2', ':x', 'a$b', 'x'.repeat(256)])(
  'CloudWatch would refuse the namespace %j',
  (namespace) => {
    expect(() => logSnapshotBackend({ namespace })).toThrow('[backend-log-snapshot] namespace is');
  },
);

test('the environment table names the variables and the options they set', () => {
  expect(logSnapshotSettings.environment.map(({ name, sets, type }) => [name, sets, type])).toEqual([
    ['METRICS_INTERVAL_SECONDS', 'intervalMs', 'seconds'],
    ['OTEL_METRIC_EXPORT_INTERVAL', 'intervalMs', 'milliseconds'],
    ['METRICS_LOG_LAYOUT', 'layout', 'choice'],
    ['METRICS_LOG_NAMESPACE', 'namespace', 'string'],
  ]);
});
