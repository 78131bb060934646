import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type OtlpReceiver, otlpReceiver } from '../../../scripts/servers/otlp-receiver.js';
import { bundledService, type ServiceBundle } from '../../../scripts/test/service-process.js';

let service: ServiceBundle;
let collector: OtlpReceiver;
beforeAll(async () => {
  service = await bundledService('spans-service', import.meta.url);
});
afterAll(() => service?.remove());
afterEach(() => collector?.stop());

async function run(scenario: string) {
  collector = await otlpReceiver();
  return service.start(scenario, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }).ended();
}

describe('1000 spans', () => {
  test.each(['then SIGTERM', 'then SIGTERM while they are being sent', 'then the natural end'])(
    '%s all arrive, each once',
    async (scenario) => {
      const { stderr } = await run(scenario);
      expect(stderr).toBe('');
      expect(collector.spans).toHaveLength(1000);
      expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(1000);
      const commands = new Set(collector.spans.filter(({ kind }) => kind !== 3).map(({ spanId }) => spanId));
      for (const { kind, parentSpanId } of collector.spans) {
        if (kind === 3) expect(commands).toContain(parentSpanId);
      }
    },
  );

  test('then process.exit are lost, which is said', async () => {
    const { messages } = await run('then process.exit');
    expect(messages).toContain('[tracing] 1000 spans are lost: the process ended before shutdown() was done.');
  });
});

test('a dead collector keeps a program that has ended for little more than one more attempt', async () => {
  collector = await otlpReceiver();
  const { url } = collector;
  await collector.stop();
  const { stderr, messages, code } = await service
    .start('then the natural end, with a dead collector', { OTEL_EXPORTER_OTLP_ENDPOINT: url })
    .ended();
  expect(code).toBe(0);
  const lost = messages.filter((message) => message.includes('10 spans could not be delivered before shutdown'));
  expect(lost).toEqual([expect.stringContaining('ECONNREFUSED')]);
  expect(Number(/ended after (\d+) ms/.exec(stderr)?.[1])).toBeLessThan(4000);
});
