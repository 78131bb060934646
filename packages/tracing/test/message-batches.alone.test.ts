import { trace } from '@opentelemetry/api';
import { createTestMetrics } from '@sightline/testing';
import { describe, expect, test, vi } from 'vitest';
import { runInSpan } from '../src/index.js';
import { BatchedMessages } from '../src/messages/batched-messages.js';
import { MessagePropagator, type ReceivedMessage } from '../src/messages/index.js';
import { recordedSpans } from './recorded-spans.js';

const spans = recordedSpans();
const tracer = trace.getTracer('test');
const sentMs = Date.parse('2026-03-01T12:00:00.000Z');

describe('a message of a batch is counted once', () => {
  const counting = (clock = { now: () => sentMs }) => {
    const metrics = createTestMetrics();
    const batches = new MessagePropagator({ source: 's', metrics, clock });
    const counts = () => ({
      ok: metrics.value('sightline_messages_handled_total', { outcome: 'ok' }) ?? 0,
      error: metrics.value('sightline_messages_handled_total', { outcome: 'error' }) ?? 0,
      delays: metrics.observations('sightline_message_delay_seconds', { type: 'event' }).length,
    });
    const texts = ['a', 'b', 'c'].map((id) => batches.encode({ type: 'event', name: 'E', id }));
    return { metrics, batches, counts, texts };
  };
  const failing = (bad: string) => (message: { id?: string | undefined }) => {
    if (message.id === bad) throw new Error('no');
  };

  test.each<[string, (text: string) => unknown]>([
    ['as they were opened', (text) => text],
    ['from text', (text) => text],
    ['from bytes', (text) => Buffer.from(text)],
    ['from other copies', (text) => JSON.parse(text) as unknown],
  ])('when each is also handled by itself, %s', async (name, input) => {
    const { batches, counts, texts } = counting();
    await batches.handleBatch(texts.map(input), async (all) => {
      const each = name === 'as they were opened' ? all : texts.map(input);
      for (const one of each) await batches.handle(one, async () => {});
    });
    expect(counts()).toEqual({ ok: 3, error: 0, delays: 3 });
  });

  test('by its own outcome, and the others by that of the batch', () => {
    const { batches, counts, texts } = counting();
    batches.handleBatch(texts, ([a, b]) => {
      batches.handle(a, () => {});
      expect(() => batches.handle(b, failing('b'))).toThrow('no');
    });
    expect(counts()).toEqual({ ok: 2, error: 1, delays: 3 });
    expect(() =>
      batches.handleBatch(texts, (all) => {
        for (const each of all) batches.handle(each, failing('b'));
      }),
    ).toThrow('no');
    expect(counts()).toEqual({ ok: 3, error: 3, delays: 6 });
  });

  test('when batches are handled within a batch', () => {
    const { batches, counts, texts } = counting();
    batches.handleBatch([...texts, texts[0], 'foreign'], (all) => {
      batches.handleBatch(all.slice(0, 2), ([first]) => batches.handle(first, () => {}));
      expect(() => batches.handleBatch([texts[2]], () => fail())).toThrow();
    });
    expect(counts()).toEqual({ ok: 4, error: 1, delays: 4 });
  });

  test('when it is handled after its batch, unless one of the two fails', () => {
    const { batches, counts, texts } = counting();
    const all = batches.handleBatch(texts, (each) => each);
    for (const each of all) batches.handle(each, () => {});
    expect(counts()).toEqual({ ok: 3, error: 0, delays: 3 });
    expect(() => batches.handle(all[0], () => fail())).toThrow();
    expect(counts()).toEqual({ ok: 3, error: 1, delays: 3 });
    const again = texts.map((text) => batches.open(text));
    expect(() => batches.handleBatch(again, () => fail())).toThrow();
    for (const each of again) batches.handle(each, () => {});
    expect(counts()).toMatchObject({ ok: 6, error: 4 });
  });

  test('but again when it is delivered again, or tried again', () => {
    const { batches, counts, texts } = counting();
    batches.handleBatch(texts, ([first]) => {
      expect(() => batches.handle(first, () => fail())).toThrow();
      batches.handle(first, () => {});
    });
    expect(counts()).toEqual({ ok: 3, error: 1, delays: 3 });
    batches.handle(texts[0], () => {});
    batches.handleBatch(texts, () => {});
    expect(counts()).toEqual({ ok: 7, error: 1, delays: 7 });
  });

  test('as a message without an envelope, too', () => {
    const { batches, metrics } = counting();
    batches.handleBatch(['x', '{}'], (all) => {
      for (const each of all) batches.handle(each, () => {});
    });
    expect(metrics.value('sightline_messages_foreign_total')).toBe(2);
    expect(metrics.value('sightline_messages_handled_total')).toBe(2);
  });
});

test('batches that never end are forgotten, the oldest first', () => {
  const batched = new BatchedMessages();
  const message = (id: string): ReceivedMessage => ({ id, trace: {}, context: {}, payload: 1 });
  const ends = Array.from({ length: 1001 }, (_, i) => batched.begin([message(`m-${i}`)], ['']));
  expect(batched.take(message('m-0'), '')).toBeUndefined();
  expect(batched.take(message('m-1'), '')).toBe('running_batch');
  expect([ends[0]?.('ok'), ends[1]?.('ok'), ends[2]?.('error')]).toEqual([[true], [false], [true]]);
});

test('a batch with more senders than a span keeps links says so', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const metrics = createTestMetrics();
  const batches = new MessagePropagator({ source: 's', metrics });
  const sent = (count: number) =>
    Array.from({ length: count }, (_, i) =>
      tracer.startActiveSpan(`sender ${i}`, (span) =>
        runInSpan(span, () => batches.encode({ type: 'event', name: 'E' })),
      ),
    );
  batches.handleBatch(sent(500), () => {}, { destination: 'large' });
  batches.handleBatch(sent(500), () => {}, { destination: 'larger' });
  batches.handleBatch(sent(128), () => {}, { destination: 'small' });
  expect(spans.named('process large').links).toHaveLength(128);
  expect(spans.named('process large').attributes['sightline.message.unlinked_senders']).toBe(372);
  expect(spans.named('process small').attributes).not.toHaveProperty('sightline.message.unlinked_senders');
  expect(metrics.value('sightline_message_links_dropped_total')).toBe(744);
  expect(warn.mock.calls.map(([sentence]) => sentence)).toEqual([
    expect.stringContaining('no link to 372 of its senders'),
  ]);
  warn.mockRestore();
});

function fail(): never {
  throw new Error('no');
}
