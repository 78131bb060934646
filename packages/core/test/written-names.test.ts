import { expect, test } from 'vitest';
import {
  prometheusFamilyName,
  prometheusLabelName,
  prometheusSampleName,
  ucumOf,
  unitsPerSecond,
} from '../src/backend.js';

test.each([
  ['counter', 'jobs_total', undefined, 'jobs', 'jobs_total'],
  ['counter', 'jobs', undefined, 'jobs', 'jobs_total'],
  ['counter', 'command.dispatched.count', undefined, 'command_dispatched', 'command_dispatched_total'],
  ['counter', 'page_count', undefined, 'page_count', 'page_count_total'],
  ['counter', 'system_disk_io_bytes_total', 'bytes', 'system_disk_io_bytes', 'system_disk_io_bytes_total'],
  ['counter', 'http.request.size', 'bytes', 'http_request_size_bytes', 'http_request_size_bytes_total'],
  [
    'histogram',
    'command.processing.duration',
    'milliseconds',
    'command_processing_duration_milliseconds',
    'command_processing_duration_milliseconds',
  ],
  ['histogram', 'redis_publish_latency_ms', 'milliseconds', 'redis_publish_latency_ms', 'redis_publish_latency_ms'],
  [
    'histogram',
    'http.server.request.duration',
    'seconds',
    'http_server_request_duration_seconds',
    'http_server_request_duration_seconds',
  ],
  ['gauge', 'system_cpu_count', undefined, 'system_cpu_count', 'system_cpu_count'],
  ['gauge', 'bytes', 'bytes', 'bytes_bytes', 'bytes_bytes'],
  ['info', 'build_info', undefined, 'build', 'build_info'],
  ['info', 'build', undefined, 'build', 'build_info'],
] as const)('Prometheus: a %s "%s" in %s is the family %s with samples %s', (kind, name, unit, family, sample) => {
  expect(prometheusFamilyName({ kind, name, unit })).toBe(family);
  expect(prometheusSampleName({ kind, name, unit })).toBe(sample);
});

test('external names are written as they are, but for the suffix that OpenMetrics keeps off families', () => {
  expect(prometheusFamilyName({ kind: 'counter', name: 'Theirs:x_total', origin: 'external' })).toBe('Theirs:x');
  expect(prometheusFamilyName({ kind: 'gauge', name: 'theirs', unit: 'bytes', origin: 'external' })).toBe('theirs');
});

test('label names keep to the character set', () => {
  expect(prometheusLabelName('error.type')).toBe('error_type');
  expect(prometheusLabelName('errorType')).toBe('errorType');
});

test('units have UCUM codes, and durations a size', () => {
  expect(
    ['seconds', 'milliseconds', 'bytes', 'percent', 'ratio', 'celsius', undefined, 'messages', 'constructor'].map(
      ucumOf,
    ),
  ).toEqual(['s', 'ms', 'By', '%', '1', 'Cel', '', '{messages}', '{constructor}']);
  expect(unitsPerSecond('milliseconds')).toBe(1000);
  expect(unitsPerSecond('bytes')).toBeUndefined();
});
