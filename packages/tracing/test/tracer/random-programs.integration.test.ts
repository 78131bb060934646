import { context } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { hasOtelCollector, startOtelCollector } from '../../../../scripts/servers/otel-collector.js';
import { otlpReceiver } from '../../../../scripts/servers/otlp-receiver.js';
import { decodeJsonMessage } from '../../../../scripts/test/official-messages.js';
import { ContextManager } from '../../src/tracer/index.js';
import { officialRequest, ourRequest } from './programs/both-engines.js';
import { type Program, randomProgram } from './programs/random-program.js';
import { steppedTime } from './programs/stepped-time.js';
import { wireForm } from './programs/wire-form.js';

vi.setConfig({ testTimeout: 120_000 }); // a real server answers as fast as the machine lets it

context.setGlobalContextManager(new ContextManager());
afterEach(() => void vi.restoreAllMocks());

/** The requests of both for one program; `undefined` if it has no sampled span that ended. */
function requests(program: Program) {
  const time = steppedTime();
  const ours = ourRequest(program, {}, time);
  time.reset();
  const official = officialRequest(program, {}, time);
  vi.restoreAllMocks(); // servers are spoken to in real time
  return ours === undefined || official === undefined ? undefined : { ours, official };
}

describe.skipIf(!hasOtelCollector)('A real OpenTelemetry Collector', () => {
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
      const answer = await fetch(`${http}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body,
      });
      expect(answer.status).toBe(200);
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
