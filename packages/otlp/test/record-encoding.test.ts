import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { decodeJsonMessage, decodeMessage } from '../../../scripts/test/official-messages.js';
import { logEncoder, type RecordEncoder, type Scope, spanEncoder } from '../src/encode/index.js';
import { officialLogs, officialSpans, type Scoped } from './official-encoding.js';
import { attributes, logRecord, spanRecord } from './random-records.js';
import { withoutDefaults } from './without-defaults.js';

const scopes: readonly Scope[] = [
  { name: 'shop', version: '1.2.3' },
  { name: 'shop', version: '1.2.3' },
  { name: '', schemaUrl: 'https://opentelemetry.io/schemas/1.40.0' },
  { name: 'späte', attributes: ['a', 'b', 'n', 1] },
];
const scope = fc.constantFrom(...scopes);

const signals = [
  {
    signal: 'spans',
    record: spanRecord as fc.Arbitrary<unknown>,
    encoder: spanEncoder,
    official: officialSpans,
    message: 'ExportTraceServiceRequest',
  },
  {
    signal: 'log records',
    record: logRecord as fc.Arbitrary<unknown>,
    encoder: logEncoder,
    official: officialLogs,
    message: 'ExportLogsServiceRequest',
  },
] as const;

describe.each(signals)('$signal', ({ record, encoder, official, message }) => {
  const batch = fc.array(fc.tuple(record, scope), { maxLength: 8 }) as unknown as fc.Arbitrary<Array<Scoped<never>>>;
  const bytesOf = (
    records: ReadonlyArray<Scoped<never>>,
    resource: readonly unknown[],
    encoding: 'protobuf' | 'json',
  ) => {
    const recordEncoder: RecordEncoder<never> = encoder({ encoding, resource });
    return recordEncoder.request(records.map(([fields, each]) => recordEncoder.encode(fields, each)));
  };

  test("are in protobuf what OpenTelemetry's own encoder makes of them", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(batch, attributes, (records, resource) => {
        fc.pre(records.length > 0);
        const ours = decodeMessage(message, bytesOf(records, resource, 'protobuf'));
        const theirs = decodeMessage(message, official(records, resource, 'protobuf'));
        expect(withoutDefaults(ours)).toEqual(withoutDefaults(theirs));
      }),
      { numRuns: rounds(3000) },
    );
  });

  test('are in JSON what they are in protobuf', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(batch, attributes, (records, resource) => {
        const json = decodeJsonMessage(message, bytesOf(records, resource, 'json'));
        const protobuf = decodeMessage(message, bytesOf(records, resource, 'protobuf'));
        expect(withoutDefaults(json)).toEqual(withoutDefaults(protobuf));
      }),
      { numRuns: rounds(3000) },
    );
  });
});
