import { context } from '@opentelemetry/api';
import { decodeSpans } from '@sightline/otlp/decode';
import type { SpanRecord } from '@sightline/otlp/encode';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { decodeMessage } from '../../../../scripts/test/official-messages.js';
import { ContextManager, type SpanLimits } from '../../src/tracer/index.js';
import { officialRequest, ourRequest } from './programs/both-engines.js';
import { type Program, randomProgram } from './programs/random-program.js';
import { type SteppedTime, steppedTime } from './programs/stepped-time.js';
import { wireForm } from './programs/wire-form.js';

context.setGlobalContextManager(new ContextManager());

let time: SteppedTime;
beforeEach(() => {
  time = steppedTime();
});
afterEach(() => void vi.restoreAllMocks());

const limits: fc.Arbitrary<Partial<SpanLimits>> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  fc.record(
    {
      attributeCountLimit: fc.nat(5),
      eventCountLimit: fc.nat(3),
      linkCountLimit: fc.nat(3),
      attributePerEventCountLimit: fc.nat(3),
      attributePerLinkCountLimit: fc.nat(3),
    },
    { requiredKeys: [] },
  ),
);

/** The requests of both for one program. */
function requests(program: Program, given: Partial<SpanLimits>) {
  time.reset();
  const ours = ourRequest(program, { limits: given, time });
  time.reset();
  return { ours, official: officialRequest(program, { limits: given, time }) };
}

describe('the spans of any program are those of OpenTelemetry’s SDK', () => {
  test('in every field of the request, read by protobufjs', () => {
    fc.assert(
      fc.property(randomProgram, limits, (program, given) => {
        const { ours, official } = requests(program, given);
        const read = (bytes: Uint8Array | undefined) =>
          bytes === undefined ? undefined : wireForm(decodeMessage('ExportTraceServiceRequest', bytes));
        expect(read(ours)).toEqual(read(official));
      }),
      { numRuns: rounds(1000) },
    );
  });

  test('in every field of the request, read by our decoder', () => {
    fc.assert(
      fc.property(randomProgram, limits, (program, given) => {
        const { ours, official } = requests(program, given);
        const read = (bytes: Uint8Array | undefined) => {
          const spans: unknown[] = [];
          decodeSpans(bytes ?? new Uint8Array(), { encoding: 'protobuf' }, (span: SpanRecord, scope, resource) => {
            spans.push(wireForm({ span, scope, resource }));
          });
          return spans;
        };
        expect(read(ours)).toEqual(read(official));
      }),
      { numRuns: rounds(1000) },
    );
  });
});
