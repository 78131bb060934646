import { context, SpanKind, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { ReadableSpan, Sampler as SdkSampler, SpanProcessor } from '@opentelemetry/sdk-trace';
import { createAlwaysRecordSampler, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { alwaysOff, alwaysOn, createSpans, parentBased, ratioSampler, type Sampler } from '@sightline/tracing';
import { injectContext, mapCarrier, w3cPropagator } from '@sightline/tracing/propagation';
import { describe, expect, test } from 'vitest';
import { spansOfTheSdk } from '../fixtures/recorded-spans.js';

const nothing = (): void => {};

function counting(inner: Sampler): Sampler & { asked: string[]; attributes: unknown[] } {
  const asked: string[] = [];
  const attributes: unknown[] = [];
  return {
    ...inner,
    asked,
    attributes,
    shouldSample(...span) {
      asked.push(span[2]);
      attributes.push(span[4]);
      return inner.shouldSample(...span);
    },
  };
}

describe('a span that is sampled', () => {
  test('is decided about once, with the trace id that it then has', () => {
    const ids: string[] = [];
    const sampler = counting(parentBased(alwaysOn));
    const noting: Sampler = {
      ...sampler,
      shouldSample(...span) {
        ids.push(span[1]);
        return sampler.shouldSample(...span);
      },
    };
    const { spans, ended } = spansOfTheSdk({ sampler: noting });
    spans.span('root', () => spans.span('child', nothing));
    expect(sampler.asked).toEqual(['root', 'child']);
    expect(ended().map((span) => span.spanContext().traceId)).toEqual(ids);
    expect(new Set(ended().map((span) => span.spanContext().spanId)).size).toBe(2);
  });

  test('has the attributes and the tracestate that the sampler gave', () => {
    const sampler: Sampler = {
      shouldSample: (...span) => ({ ...ratioSampler(1).shouldSample(...span), attributes: { 'sampled.by': 'rule' } }),
    };
    const { spans, only } = spansOfTheSdk({ sampler });
    spans.span('work', { attributes: { own: 1 } }, nothing);
    expect(only().attributes).toEqual({ own: 1, 'sampled.by': 'rule' });
    expect(only().spanContext().traceState?.serialize()).toBe('ot=th:0');
  });

  test('of another SDK’s tracer is decided by its sampler as usual', () => {
    const sampler = counting(alwaysOn);
    const { spans, provider, ended } = spansOfTheSdk({ sampler });
    spans.span('ours', () => provider.getTracer('other').startSpan('theirs').end());
    expect(sampler.asked).toEqual(['ours', 'theirs']);
    expect(ended().map(({ name }) => name)).toEqual(['theirs', 'ours']);
  });

  test('leaves no decision behind if the tracer did not ask for it', () => {
    const sampler = counting(alwaysOn);
    const { head, provider } = spansOfTheSdk({ sampler });
    const external = new TracerProvider();
    const spans = createSpans({ tracer: external.getTracer('x'), headSampling: head });
    spans.span('elsewhere', (span) => {
      const own = provider.getTracer('x').startSpan('own', { root: true });
      expect(own.spanContext().traceId).not.toBe(span.spanContext().traceId);
    });
    expect(sampler.asked).toEqual(['elsewhere', 'own']);
  });
});

describe('a span that is not sampled', () => {
  test('builds no attributes', () => {
    const { spans, ended } = spansOfTheSdk({ sampler: alwaysOff });
    const attributes = (): never => {
      throw new Error('called');
    };
    spans.span('work', { attributes }, nothing);
    spans.http('GET /', { attributes }, nothing);
    expect(ended()).toEqual([]);
  });

  test('records nothing, and does not complain about it', () => {
    const { spans, ended } = spansOfTheSdk({ sampler: alwaysOff });
    spans.span('work', (span) => {
      span.setAttribute('a', 1).setAttributes({}).addEvent('e').addLink({ context: span.spanContext() }).addLinks([]);
      span.setStatus({ code: 2 }).updateName('other').recordException(new Error('x'));
      span.end();
      expect(span.isRecording()).toBe(false);
    });
    expect(ended()).toEqual([]);
  });

  test('has ids, which stay: a fresh trace of its own, shared with its children', () => {
    const { spans } = spansOfTheSdk({ sampler: parentBased(alwaysOff) });
    const traces = [1, 2].map(() =>
      spans.span('root', (root) => {
        const own = root.spanContext();
        expect(root.spanContext()).toBe(own);
        expect(own).toMatchObject({ traceId: expect.stringMatching(/^[\da-f]{32}$/) });
        expect(own.traceFlags & 1).toBe(0);
        spans.span('child', (child) => {
          expect(trace.getActiveSpan()).toBe(child);
          expect(child.spanContext().traceId).toBe(own.traceId);
          expect(child.spanContext().spanId).not.toBe(own.spanId);
          spans.span('grandchild', (grandchild) => expect(grandchild.spanContext().traceId).toBe(own.traceId));
        });
        return own.traceId;
      }),
    );
    expect(new Set(traces).size).toBe(2);
  });

  test('is sent with the random flag, as a sampled one is, if its trace began here', () => {
    for (const [sampler, flags] of [
      [alwaysOff, '02'],
      [alwaysOn, '03'],
    ] as const) {
      const { spans } = spansOfTheSdk({ sampler: parentBased(sampler) });
      const headers: Record<string, string> = {};
      spans.span('root', () =>
        spans.span('child', () => injectContext(mapCarrier, headers, { propagator: w3cPropagator })),
      );
      expect(headers['traceparent']?.slice(-2)).toBe(flags);
    }
  });

  test('under a parent from elsewhere keeps its trace and tracestate', () => {
    const { spans } = spansOfTheSdk();
    const traceState = ratioSampler(1).shouldSample(context.active(), 'f'.repeat(32), 'x', 0, {}, []).traceState;
    const remote = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: 0,
      isRemote: true,
      ...(traceState === undefined ? {} : { traceState }),
    };
    context.with(trace.setSpanContext(context.active(), remote), () =>
      spans.span('work', (span) => {
        expect(span.spanContext()).toMatchObject({ traceId: remote.traceId, traceFlags: 0 });
        expect(span.spanContext().spanId).not.toBe(remote.spanId);
      }),
    );
  });

  test('does not ask the sampler about its children, if the answer is known', () => {
    const followed = counting(parentBased(alwaysOff));
    const independent = counting(ratioSampler(0.5));
    for (const sampler of [followed, independent]) {
      const { spans } = spansOfTheSdk({ sampler });
      context.with(context.active(), () => {
        for (let i = 0; i < 20; i++) spans.span('root', () => spans.span('child', nothing));
      });
    }
    expect(followed.asked).not.toContain('child');
    expect(independent.asked.filter((name) => name === 'child')).toHaveLength(20);
  });

  test('returns and throws as any other', async () => {
    const { spans } = spansOfTheSdk({ sampler: alwaysOff });
    const promise = Promise.resolve(1);
    expect(spans.span('work', () => promise)).toBe(promise);
    expect(() =>
      spans.span('work', () => {
        throw new Error('no');
      }),
    ).toThrow('no');
  });
});

describe('a sampler', () => {
  test('that records without sampling has its spans recorded', () => {
    const started: string[] = [];
    const processor: SpanProcessor = {
      onStart: (span) => void started.push(span.name),
      onEnd: () => {},
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const sampler = createAlwaysRecordSampler(new ParentBasedSampler({ root: alwaysOff as SdkSampler }));
    const { spans, ended } = spansOfTheSdk({ sampler: sampler as Sampler, processors: [processor] });
    spans.span('work', (span) => {
      expect(span.isRecording()).toBe(true);
      expect(span.spanContext().traceFlags).toBe(0);
      spans.span('child', (child) => expect(child.isRecording()).toBe(true));
    });
    expect(started).toEqual(['work', 'child']);
    expect(ended()).toEqual([]); // exporters get sampled spans only
  });

  test('of another library sees kind, links and attributes, but never calls the function for attributes', () => {
    const seen: unknown[] = [];
    const sampler: Sampler = {
      shouldSample(_context, _traceId, name, kind, attributes, links) {
        seen.push([name, kind, attributes, links.length]);
        return { decision: attributes['http.route'] === '/health' ? 0 : 2 };
      },
    };
    const { spans, ended } = spansOfTheSdk({ sampler });
    const links = [{ context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 } }];
    spans.http('GET /health', { links, attributes: { token: 'secret' } }, nothing);
    spans.http('GET /orders', { attributes: () => ({ lazy: true }) }, nothing);
    expect(seen).toEqual([
      [
        'GET /health',
        SpanKind.SERVER,
        { 'http.request.method': 'GET', 'http.route': '/health', token: '[redacted]' },
        1,
      ],
      ['GET /orders', SpanKind.SERVER, { 'http.request.method': 'GET', 'http.route': '/orders' }, 0],
    ]);
    expect(ended().map(({ name }) => name)).toEqual(['GET /orders']);
    expect(ended()[0]?.attributes).toMatchObject({ lazy: true });
  });

  test('that throws records nothing and fails no caller', () => {
    const sampler: Sampler = {
      shouldSample: () => {
        throw new Error('broken');
      },
    };
    const { spans, ended } = spansOfTheSdk({ sampler });
    expect(spans.span('work', () => 1)).toBe(1);
    expect(ended()).toEqual([]);
  });

  test('is not asked where tracing is suppressed', () => {
    const sampler = counting(alwaysOn);
    const { spans } = spansOfTheSdk({ sampler });
    context.with(suppressTracing(context.active()), () =>
      spans.span('work', (span) => expect(trace.isSpanContextValid(span.spanContext())).toBe(false)),
    );
    expect(sampler.asked).toEqual([]);
  });

  test('of ours works in a provider alone', () => {
    const ended: ReadableSpan[] = [];
    const processor: SpanProcessor = {
      onStart: () => {},
      onEnd: (span) => void ended.push(span),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const provider = new TracerProvider({ sampler: parentBased(ratioSampler(1)), spanProcessors: [processor] });
    provider.getTracer('x').startSpan('work').end();
    expect(ended[0]?.spanContext().traceState?.serialize()).toBe('ot=th:0');
  });
});

describe('without headSampling, on the provider of another SDK', () => {
  const external = (sampler: Sampler, isParentBased?: boolean) => {
    const ended: ReadableSpan[] = [];
    const processor: SpanProcessor = {
      onStart: () => {},
      onEnd: (span) => void ended.push(span),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const provider = new TracerProvider({ sampler, spanProcessors: [processor] });
    return { spans: createSpans({ tracer: provider.getTracer('x'), isParentBased }), ended };
  };

  test('spans are guarded, and functions for attributes called only if they are recorded', () => {
    const { spans, ended } = external(alwaysOn);
    spans.span('work', { attributes: () => ({ password: 'p', ok: 1 }) }, (span) => span.setAttribute('token', 't'));
    expect(ended[0]?.attributes).toEqual({ password: '[redacted]', ok: 1, token: '[redacted]' });
    const off = external(alwaysOff);
    const attributes = (): never => {
      throw new Error('called');
    };
    expect(off.spans.span('work', { attributes }, () => 1)).toBe(1);
  });

  test('children of unsampled spans are light if the sampler is known to be parent-based', () => {
    const sampler = counting(parentBased(alwaysOff));
    const { spans } = external(sampler, true);
    spans.span('root', (root) =>
      spans.span('child', (child) => {
        expect(child.spanContext().traceId).toBe(root.spanContext().traceId);
        expect(child.spanContext().spanId).not.toBe(root.spanContext().spanId);
      }),
    );
    expect(sampler.asked).toEqual(['root']);
  });

  test('and without any provider, everything runs', async () => {
    const spans = createSpans();
    expect(spans.command('PlaceOrder', () => 1)).toBe(1);
    await expect(spans.saga('s', async (saga) => saga.step('a', () => 2))).resolves.toBe(2);
  });
});
