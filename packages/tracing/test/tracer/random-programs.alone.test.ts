import { context } from '@opentelemetry/api';
import { decodeSpans } from '@sightline/otlp/decode';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { decodeMessage } from '../../../../scripts/test/official-messages.js';
import { ContextManager, type SpanLimits } from '../../src/tracer/index.js';
import { type EngineOptions, officialRequest, ourRequest } from './programs/both-engines.js';
import { randomSampler } from './programs/described-sampler.js';
import { type Program, randomProgram } from './programs/random-program.js';
import { seeingProcessor } from './programs/seen-spans.js';
import { type SteppedTime, steppedTime } from './programs/stepped-time.js';
import { wildProgram } from './programs/wild-program.js';
import { wireForm } from './programs/wire-form.js';

vi.setConfig({ testTimeout: 60_000 }); // random inputs take as long as the machine lets them

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

/** The requests of both for one program, and what a processor of each has seen. */
function run(program: Program, options: Omit<EngineOptions, 'time' | 'processors'>, isObserved = false) {
  const [ofOurs, ofOfficial] = [seeingProcessor(), seeingProcessor()];
  const processors = ({ processor }: typeof ofOurs) => (isObserved ? [processor] : []);
  time.reset();
  const ours = ourRequest(program, { ...options, time, processors: processors(ofOurs) });
  time.reset();
  const official = officialRequest(program, { ...options, time, processors: processors(ofOfficial) });
  return { ours, official, seenByOurs: wireForm(ofOurs.seen), seenByOfficial: wireForm(ofOfficial.seen) };
}

describe('the spans of any program are those of OpenTelemetry’s SDK', () => {
  test('in every field of the request, read by protobufjs', () => {
    fc.assert(
      fc.property(randomProgram, limits, randomSampler, (program, given, sampler) => {
        const { ours, official } = run(program, { limits: given, sampler });
        expect(readByProtobufjs(ours)).toEqual(readByProtobufjs(official));
      }),
      { numRuns: rounds(1000) },
    );
  });

  test('in every field of the request, read by our decoder', () => {
    fc.assert(
      fc.property(randomProgram, limits, randomSampler, (program, given, sampler) => {
        const { ours, official } = run(program, { limits: given, sampler });
        expect(readByOurs(ours)).toEqual(readByOurs(official));
      }),
      { numRuns: rounds(1000) },
    );
  });

  test('for a span processor, in every hook, and in the request beside it', () => {
    fc.assert(
      fc.property(randomProgram, limits, randomSampler, (program, given, sampler) => {
        const { ours, official, seenByOurs, seenByOfficial } = run(program, { limits: given, sampler }, true);
        expect(seenByOurs).toEqual(seenByOfficial);
        expect(readByProtobufjs(ours)).toEqual(readByProtobufjs(official));
      }),
      { numRuns: rounds(1000) },
    );
  });
});

test('a program with values, names, ids and times that are none throws nowhere, and its request is whole', () => {
  fc.assert(
    fc.property(wildProgram, (program) => {
      time.reset();
      const request = ourRequest(program, { time });
      if (request === undefined) return;
      // JSON writes halves of surrogate pairs, which are no UTF-8, as escapes.
      expect(JSON.stringify(decodeMessage('ExportTraceServiceRequest', request))).not.toMatch(/\\ud[89a-f]/);
      const { leftOut } = decodeSpans(request, { encoding: 'protobuf' }, ({ traceId, spanId, endSeconds, links }) => {
        expect(`${traceId} ${spanId}`).toMatch(/^[\da-f]{32} [\da-f]{16}$/);
        expect(endSeconds).toBeGreaterThanOrEqual(0);
        for (const link of links) expect(`${link.traceId} ${link.spanId}`).toMatch(/^([\da-f]{32})? ([\da-f]{16})?$/);
      });
      expect(leftOut).toEqual({ records: 0, attributes: 0, events: 0, elements: 0, nested: 0, cut: 0 });
    }),
    // The values are what fails, not the number of calls.
    { numRuns: rounds(1000), endOnFailure: true },
  );
});

function readByProtobufjs(request: Uint8Array | undefined): unknown {
  return request === undefined ? undefined : wireForm(decodeMessage('ExportTraceServiceRequest', request));
}

function readByOurs(request: Uint8Array | undefined): unknown {
  const spans: unknown[] = [];
  decodeSpans(request ?? new Uint8Array(), { encoding: 'protobuf' }, (span, scope, resource) => {
    spans.push({ span, scope, resource });
  });
  return wireForm(spans);
}
