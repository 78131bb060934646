import { context } from '@opentelemetry/api';
import { decodeSpans } from '@sightline/otlp/decode';
import fc from 'fast-check';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { hasJaeger, type JaegerStore, startJaeger } from '../../../../scripts/servers/jaeger.js';
import { hasOtelCollector, startOtelCollector } from '../../../../scripts/servers/otel-collector.js';
import { otlpReceiver } from '../../../../scripts/servers/otlp-receiver.js';
import { decodeJsonMessage } from '../../../../scripts/test/official-messages.js';
import { ContextManager } from '../../src/tracer/index.js';
import { officialRequest, ourRequest } from './programs/both-engines.js';
import { type Program, randomProgram } from './programs/random-program.js';
import { steppedTime } from './programs/stepped-time.js';
import { wildProgram } from './programs/wild-program.js';
import { wireForm } from './programs/wire-form.js';

context.setGlobalContextManager(new ContextManager());
afterEach(() => void vi.restoreAllMocks());

/** The requests of both for one program; `undefined` if it has no sampled span that ended. */
function requests(program: Program, number = 0) {
  const time = steppedTime();
  const ours = ourRequest(program, { time, number });
  time.reset();
  const official = officialRequest(program, { time, number });
  vi.restoreAllMocks(); // servers are spoken to in real time
  return ours === undefined || official === undefined ? undefined : { ours, official };
}

async function sent(url: string, body: Uint8Array): Promise<void> {
  const headers = { 'content-type': 'application/x-protobuf' };
  const answer = await fetch(`${url}/v1/traces`, { method: 'POST', headers, body });
  expect(answer.status).toBe(200);
}

describe.skipIf(!hasOtelCollector)('A real OpenTelemetry Collector', () => {
  test('takes every request, whatever the program has given for values, names, ids and times', async () => {
    const behind = await otlpReceiver();
    onTestFinished(() => behind.stop());
    const { http } = await startOtelCollector('traces', {
      traces_endpoint: `${behind.url}/v1/traces`,
      encoding: 'json',
      compression: 'none',
      sending_queue: { enabled: false },
    });
    await fc.assert(
      fc.asyncProperty(wildProgram, async (program) => {
        const request = ourRequest(program, { time: steppedTime() });
        vi.restoreAllMocks();
        if (request === undefined) return;
        await sent(http, request);
        const passedOn = behind.requests.at(-1);
        if (passedOn === undefined) throw new Error('nothing was passed on');
        expect(spanCount(passedOn.body, 'json')).toBe(spanCount(request, 'protobuf'));
      }),
      { numRuns: rounds(1000) },
    );
  });

  test('passes on the same for any program as from OpenTelemetry’s SDK', async () => {
    const behind = await otlpReceiver();
    onTestFinished(() => behind.stop());
    const { http } = await startOtelCollector('traces', {
      traces_endpoint: `${behind.url}/v1/traces`,
      encoding: 'json',
      compression: 'none',
      sending_queue: { enabled: false }, // it answers when the request has been passed on
    });

    async function passedOn(body: Uint8Array): Promise<unknown> {
      const before = behind.requests.length;
      await sent(http, body);
      const [request, ...more] = behind.requests.slice(before);
      if (request === undefined || more.length > 0) throw new Error(`${more.length} requests more were passed on`);
      return wireForm(decodeJsonMessage('ExportTraceServiceRequest', request.body));
    }

    await fc.assert(
      fc.asyncProperty(randomProgram, async (program) => {
        const both = requests(program);
        if (both === undefined) return;
        expect(await passedOn(both.ours)).toEqual(await passedOn(both.official));
      }),
      { numRuns: rounds(1000) },
    );
  });
});

describe.skipIf(!hasJaeger)('A real Jaeger', () => {
  test('has the same traces of any program as from OpenTelemetry’s SDK', async () => {
    const { stores, stop } = await startJaeger('ours', 'official');
    onTestFinished(stop);

    async function stored({ query }: JaegerStore, traceId: string): Promise<unknown> {
      const answer = await fetch(`${query}/api/v3/traces/${traceId}`);
      const { result } = (await answer.json()) as { readonly result?: object };
      return wireForm(result);
    }

    let programs = 0;
    await fc.assert(
      fc.asyncProperty(randomProgram, async (program) => {
        programs++;
        const both = requests(program, programs);
        if (both === undefined) return;
        await sent(stores.ours.otlp, both.ours);
        await sent(stores.official.otlp, both.official);
        for (const traceId of traceIds(both.official)) {
          const official = await stored(stores.official, traceId);
          expect(official).toBeDefined();
          expect(await stored(stores.ours, traceId)).toEqual(official);
        }
      }),
      // A smaller program would be asked for thousands of times.
      { numRuns: rounds(1000), endOnFailure: true },
    );
  });
});

function spanCount(request: Uint8Array, encoding: 'json' | 'protobuf'): number {
  let count = 0;
  decodeSpans(request, { encoding }, () => void count++);
  return count;
}

function traceIds(request: Uint8Array): ReadonlySet<string> {
  const ids = new Set<string>();
  decodeSpans(request, { encoding: 'protobuf' }, ({ traceId }) => void ids.add(traceId));
  return ids;
}
