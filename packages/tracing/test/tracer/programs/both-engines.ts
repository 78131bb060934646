import { TraceFlags } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider as OfficialProvider } from '@opentelemetry/sdk-trace';
import type { EncodedRecord } from '@sightline/otlp/encode';
import { spanEncoder } from '@sightline/otlp/encode';
import { spanRecords } from '../../../src/sdk/span-records.js';
import {
  type ReadableSpan,
  type SpanLimits,
  type SpanProcessor,
  spanResource,
  TracerProvider,
} from '../../../src/tracer/index.js';
import { countedIds } from './counted-ids.js';
import { type DescribedSampler, samplerFor } from './described-sampler.js';
import type { Program } from './random-program.js';
import { runProgram } from './run-program.js';
import type { SteppedTime } from './stepped-time.js';

export interface EngineOptions {
  readonly time: SteppedTime;
  readonly limits?: Partial<SpanLimits>;
  readonly sampler?: DescribedSampler | undefined;
  readonly processors?: readonly SpanProcessor[];
  /** Tells the ids of this program from those of others. */
  readonly number?: number;
}

/** The OTLP request of the program's sampled spans from our tracer; `undefined` if there are none. */
export function ourRequest(program: Program, options: EngineOptions): Uint8Array | undefined {
  const { time, limits, sampler, processors, number } = options;
  const encoder = spanEncoder({ encoding: 'protobuf', resource: Object.entries(resource).flat() });
  const encode = spanRecords(encoder);
  const records: EncodedRecord[] = [];
  const nothingLeft = async () => ({ dropped: 0, pending: 0 });
  const provider = new TracerProvider({
    ids: countedIds(number),
    limits,
    sampler: sampler && samplerFor(sampler),
    processors,
    maxValueLength,
    redact: false,
    resource: spanResource(resource),
    clock: {
      now: () => Date.now(),
      monotonicMs: () => performance.now(),
      setTimer: () => ({ cancel() {}, ref() {}, unref() {} }),
    },
    sinks: [
      {
        keepsSpans: false,
        add(span) {
          if (isSampled(span)) records.push(encode(span));
        },
        flush: nothingLeft,
        shutdown: nothingLeft,
      },
    ],
  });
  runProgram(program, provider, time);
  return records.length === 0 ? undefined : encoder.request(records);
}

/** The same by OpenTelemetry's SDK. */
export function officialRequest(program: Program, options: EngineOptions): Uint8Array | undefined {
  const { time, limits, sampler, processors = [], number } = options;
  const spans: ReadableSpan[] = [];
  const collecting: SpanProcessor = {
    onStart() {},
    onEnd(span) {
      if (isSampled(span)) spans.push(span);
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const provider = new OfficialProvider({
    idGenerator: countedIds(number),
    spanLimits: { ...limits, attributeValueLengthLimit: maxValueLength },
    resource: resourceFromAttributes(resource),
    spanProcessors: [...processors, collecting] as never,
    ...(sampler === undefined ? {} : { sampler: samplerFor(sampler) }),
  });
  runProgram(program, provider, time);
  return spans.length === 0 ? undefined : ProtobufTraceSerializer.serializeRequest(spans as never);
}

const resource = { 'service.name': 'shop' };
/** Values are cut, here at the same length for both: ours are by default, and theirs are not. */
const maxValueLength = 4096;

function isSampled(span: Pick<ReadableSpan, 'spanContext'>): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}
