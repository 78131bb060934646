import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { createTestSpans } from '@sightline/testing/spans';
import { alwaysOff } from '@sightline/tracing';
import { describe, expect, test } from 'vitest';

describe('test spans', () => {
  test('are read with everything that was recorded', () => {
    const { spans, named, clock } = createTestSpans({ ids: 'sequential' });
    spans.command('PlaceOrder', { attributes: { size: 3 } }, (span) => {
      clock.advance(100);
      span.addEvent('paid', { amount: 7 });
      span.addLink({ context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 } });
      clock.advance(150.5);
    });
    const startMs = Date.UTC(2025, 0, 1);
    expect(named('command PlaceOrder')).toEqual({
      name: 'command PlaceOrder',
      kind: 'internal',
      status: 'unset',
      statusMessage: undefined,
      attributes: { 'cqrs.operation': 'command', 'cqrs.type': 'PlaceOrder', size: 3 },
      events: [{ name: 'paid', attributes: { amount: 7 }, timeMs: startMs + 100 }],
      links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), attributes: {} }],
      traceId: `${'0'.repeat(31)}1`,
      spanId: `${'0'.repeat(15)}1`,
      parentSpanId: undefined,
      isSampled: true,
      startMs,
      durationMs: 250.5,
    });
  });

  test('last as long as the clock says, also for what takes a tracer', async () => {
    const { tracer, clock, finished } = createTestSpans();
    const span = tracer.startSpan('raw', { kind: SpanKind.CLIENT });
    await clock.advanceAsync(20);
    span.setStatus({ code: SpanStatusCode.OK }).end();
    tracer.startActiveSpan('active', (active) => {
      clock.advance(5);
      expect(trace.getActiveSpan()).toBe(active);
      active.end();
    });
    tracer.startActiveSpan('given', { startTime: 1_000_000 }, context.active(), (given) =>
      given.end(new Date(1_000_007)),
    );
    expect(finished.map(({ name, kind, status, durationMs }) => [name, kind, status, durationMs])).toEqual([
      ['raw', 'client', 'ok', 20],
      ['active', 'internal', 'unset', 5],
      ['given', 'internal', 'unset', 7],
    ]);
  });

  test('form a tree, in order of their starts', async () => {
    const { spans, tree } = createTestSpans();
    const open = spans.startSpan('connection');
    await spans
      .saga('order', async (saga) => {
        await saga.step('reserve', () => spans.db('INSERT stock', () => {}));
        await saga.step('charge', () => Promise.reject(new Error('declined')));
      })
      .catch(() => {});
    expect(tree().text).toBe(
      [
        'connection (open)',
        'saga order error: declined',
        '├─ step reserve',
        '│  └─ INSERT stock',
        '└─ step charge error: declined',
      ].join('\n'),
    );
    const [, saga] = tree().roots;
    expect(saga?.children.map(({ span, isOpen }) => [span.name, isOpen])).toEqual([
      ['step reserve', false],
      ['step charge', false],
    ]);
    open.end();
  });

  test('of a trace that began elsewhere are roots', () => {
    const { spans, tree } = createTestSpans();
    const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, isRemote: true };
    context.with(trace.setSpanContext(context.active(), remote), () => spans.http('GET /', () => {}));
    expect(tree().roots[0]?.span).toMatchObject({ traceId: remote.traceId, parentSpanId: remote.spanId });
  });

  test('are sampled as configured', () => {
    const { spans, finished } = createTestSpans({ sampler: alwaysOff });
    spans.span('work', () => {});
    expect(finished).toEqual([]);
  });

  test('are forgotten by reset, also those that end later', () => {
    const test = createTestSpans();
    const early = test.spans.startSpan('early');
    test.spans.span('done', () => {});
    test.reset();
    early.end();
    expect([test.finished, test.open(), test.tree().text]).toEqual([[], [], '']);
  });

  test.concurrent.each([1, 2, 3])('of tests at the same time do not mix (%i)', async (n) => {
    const { spans, finished, clock } = createTestSpans();
    await spans.span(`outer ${n}`, async (outer) => {
      for (let i = 0; i < 5; i++) {
        await new Promise(setImmediate);
        clock.advance(n);
        expect(trace.getActiveSpan()).toBe(outer);
        spans.span('inner', () => {});
      }
    });
    expect(finished.map(({ name, durationMs }) => [name, durationMs])).toEqual([
      ...Array.from({ length: 5 }, () => ['inner', 0]),
      [`outer ${n}`, 5 * n],
    ]);
  });
});

describe('named', () => {
  test('throws for a misspelt name, and shows what there is', () => {
    const { spans, named } = createTestSpans();
    spans.command('PlaceOrder', () => spans.db('SELECT orders', () => {}));
    expect(() => named('command PlaceOrdr')).toThrow(
      [
        '[testing] No span "command PlaceOrdr" has ended. Did you mean "command PlaceOrder"?',
        'The spans are:',
        'command PlaceOrder',
        '└─ SELECT orders',
      ].join('\n'),
    );
    expect(() => createTestSpans().named('x')).toThrow('[testing] No span "x" has ended.\nThere are no spans.');
  });

  test('throws if it is not clear which span is meant', () => {
    const { spans, named } = createTestSpans();
    spans.span('work', () => {});
    spans.span('work', () => {});
    expect(() => named('work')).toThrow('[testing] 2 spans "work" have ended. Look for one of them in finished.');
  });
});

describe('misuse', () => {
  const here = /test-spans\.test\.ts/;

  test('of spans that never end is reported with the place of their start', () => {
    const { spans, assertNoOpenSpans, open } = createTestSpans();
    expect(assertNoOpenSpans).not.toThrow();
    const span = spans.startSpan('connection');
    void spans.span('stuck', () => new Promise(() => {}));
    expect(open().map(({ name }) => name)).toEqual(['connection', 'stuck']);
    expect(assertNoOpenSpans).toThrow(
      /^\[testing\] 2 spans have not ended:\n {2}"connection", started\n {4}at .*test-spans/,
    );
    expect(assertNoOpenSpans).toThrow(here);
    span.end();
    expect(assertNoOpenSpans).toThrow('[testing] 1 span has not ended:\n  "stuck", started');
  });

  test('throw where they are made', () => {
    const { spans, misuse } = createTestSpans();
    const span = spans.startSpan('work');
    span.end();
    expect(() => span.end()).toThrow(/^\[testing\] Span "work" was ended twice\. It was started\n {4}at .*test-spans/);
    expect(() => span.setAttribute('size', 1)).toThrow('was given the attribute "size" after its end');
    expect(() => span.setAttributes({ size: 1 })).toThrow('after its end');
    expect(() => span.addEvent('paid')).toThrow('was given the event "paid" after its end');
    expect(() => span.recordException(new Error('x'))).toThrow('was given an exception after its end');
    expect(() => span.setStatus({ code: 1 })).toThrow('was given a status after its end');
    expect(() => span.updateName('other')).toThrow('was renamed to "other" after its end');
    expect(() => span.addLink({ context: span.spanContext() })).toThrow('was given a link after its end');
    expect(misuse).toHaveLength(8);
  });

  test('are only collected without strictness', () => {
    const { spans, misuse, assertNoMisuse } = createTestSpans({ strict: false });
    expect(assertNoMisuse).not.toThrow();
    const span = spans.startSpan('work');
    span.end();
    span.setAttribute('size', 1).setAttribute('other', 2);
    span.end();
    expect(misuse.map(({ misuse }) => misuse)).toEqual([
      'was given the attribute "size" after its end',
      'was given the attribute "other" after its end',
      'was ended twice',
    ]);
    expect(misuse[0]?.startedAt).toMatch(here);
    expect(assertNoMisuse).toThrow('[testing] Span "work" was ended twice.');
  });

  test('are none if a callback ends its own span', async () => {
    const { spans, misuse } = createTestSpans();
    spans.span('sync', (span) => span.end());
    await spans.span('async', async (span) => span.end());
    await spans
      .span('failing', async (span) => {
        span.end();
        throw new Error('late');
      })
      .catch(() => {});
    expect(misuse).toEqual([]);
  });
});
