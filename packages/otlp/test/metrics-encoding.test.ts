import type { CounterSnapshot, FamilySnapshot } from '@sightline/core/backend';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { decodeJson, decodeProtobuf } from '../../../scripts/test/official-messages.js';
import { decodeMetrics } from '../src/decode/index.js';
import { CUMULATIVE, DELTA, metricsEncoder, type Reading } from '../src/encode/index.js';
import { family } from './random-families.js';
import { withoutDefaults } from './without-defaults.js';

const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
const scope = { name: '@sightline/core', version: '1.2.3' };
const protobuf = metricsEncoder({ encoding: 'protobuf', resource, scope });
const json = metricsEncoder({ encoding: 'json', resource, scope });

function readingOf(families: readonly FamilySnapshot[], options: Partial<Reading> = {}): Reading {
  return {
    families,
    size: families.reduce((size, each) => size + each.size, 0),
    timeMs: 1_735_689_600_123.25,
    temporality: CUMULATIVE,
    prefersExponential: false,
    startTimesMs: ({ startTimesMs, rows }) => Float64Array.from(rows, (row) => startTimesMs[row] ?? 0),
    ...options,
  };
}

const reading = fc
  .record({
    families: fc.array(family, { maxLength: 4 }),
    temporality: fc.constantFrom(CUMULATIVE, DELTA),
    prefersExponential: fc.boolean(),
  })
  .map(({ families, ...options }) => readingOf(families, { ...options, isIdle: (_family, i) => i === 3 }));

test('protobuf and JSON, which has its own writer, say the same of every range of points', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(reading, fc.nat(6), fc.nat(12), (read, from, length) => {
      const range = { from, to: from + length };
      const [ours, text] = [protobuf(read, range), json(read, range)];
      expect(ours.size).toBe(text.size);
      expect([ours.body.length === 0, text.body.length === 0]).toEqual([ours.size === 0, ours.size === 0]);
      if (ours.size === 0) return;
      expect(withoutDefaults(decodeProtobuf(ours.body))).toEqual(withoutDefaults(decodeJson(text.body)));
      expect(metricsIn(ours.body, 'protobuf')).toEqual(metricsIn(text.body, 'json'));
    }),
    { numRuns: rounds(3000) },
  );
});

function metricsIn(body: Uint8Array, encoding: 'protobuf' | 'json'): readonly unknown[] {
  const metrics: unknown[] = [];
  decodeMetrics(body, { encoding, maxTextBytes: 1_000_000 }, (metric, { name }) => metrics.push([metric, name]));
  return metrics;
}

function counter(own: Partial<CounterSnapshot> = {}): CounterSnapshot {
  return {
    kind: 'counter',
    name: 'jobs_total',
    help: '',
    unit: undefined,
    labelNames: ['id'],
    constantLabels: {},
    size: 1,
    rows: Uint32Array.of(0),
    labelValues: ['a'],
    startTimesMs: Float64Array.of(0),
    origin: 'own',
    values: Float64Array.of(1),
    ...own,
  };
}

test.each([
  ['protobuf', protobuf, decodeProtobuf],
  ['json', json, decodeJson],
] as const)('writes half a surrogate pair as the replacement character, in %s', (_encoding, encode, decode) => {
  const given = readingOf([counter({ labelNames: ['a\ud800b'], labelValues: ['\udfff'] })]);
  const { body } = encode(given, { from: 0, to: 1 });
  expect(decode(body).resourceMetrics[0]?.scopeMetrics[0]?.metrics[0]?.sum?.dataPoints[0]?.attributes).toEqual([
    { key: 'a\ufffdb', value: { stringValue: '\ufffd' } },
  ]);
});

test('requests of many and of long points keep their lengths right', () => {
  const size = 3000;
  const labelValues = Array.from({ length: size }, (_, i) => 'ü'.repeat(i % 400));
  const values = Float64Array.from({ length: size }, (_, i) => i);
  const rows = Uint32Array.from({ length: size }, (_, i) => i);
  const { body } = protobuf(readingOf([counter({ size, labelValues, values, rows })]), { from: 0, to: size });
  const points = decodeProtobuf(body).resourceMetrics[0]?.scopeMetrics[0]?.metrics[0]?.sum?.dataPoints ?? [];
  const read = points.map(({ attributes }) => attributes?.[0]?.value['stringValue']);
  expect([points.length, read]).toEqual([size, labelValues]);
});
