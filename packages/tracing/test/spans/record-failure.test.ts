import { SpanStatusCode } from '@opentelemetry/api';
import { errorType, recordFailure } from '@sightline/tracing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { recordedSpans } from '../fixtures/recorded-spans.js';

describe('errorType is', () => {
  class OrderRejected extends Error {}
  class Named extends Error {
    override name = 'PaymentDeclined';
  }
  test.each<[string, unknown, string]>([
    ['the name of an error', new TypeError('x'), 'TypeError'],
    ['a name that a class sets', new Named('x'), 'PaymentDeclined'],
    ['the class of an error that sets none', new OrderRejected('x'), 'OrderRejected'],
    ['the code of a plain error', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['no code that is a sentence', Object.assign(new Error('x'), { code: 'user 42 is unknown' }), 'Error'],
    ['the name of a DOMException', new DOMException('stop', 'AbortError'), 'AbortError'],
    ['_OTHER for a text', 'no', '_OTHER'],
    ['_OTHER for nothing', undefined, '_OTHER'],
    ['_OTHER for a plain object', { message: 'no' }, '_OTHER'],
  ])('%s', (_, error, expected) => {
    expect(errorType(error)).toBe(expected);
  });

  test('bounded, for anything', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(errorType(value).length).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe('recordFailure', () => {
  const recorded = (error: unknown) => {
    const { spans, only } = recordedSpans();
    spans.span('work', (span) => recordFailure(span, error));
    return only();
  };

  test('shows the causes in the stack, each once', () => {
    const root = new Error('disk full');
    const middle = new Error('cannot write', { cause: root });
    root.cause = middle;
    const stack = String(
      recorded(new Error('order lost', { cause: middle })).events[0]?.attributes?.['exception.stacktrace'],
    );
    expect(stack.match(/^(Error|Caused by).*$/gm)).toEqual([
      'Error: order lost',
      'Caused by: Error: cannot write',
      'Caused by: Error: disk full',
    ]);
  });

  test('shows the errors of an AggregateError', () => {
    const error = new AggregateError([new Error('a'), new Error('b')], 'both');
    const stack = String(recorded(error).events[0]?.attributes?.['exception.stacktrace']);
    expect(stack.match(/^Caused by.*$/gm)).toEqual(['Caused by: Error: a', 'Caused by: Error: b']);
  });

  test('caps the message and the stack', () => {
    const error = new Error('🙂'.repeat(5000));
    const { status, events } = recorded(error);
    expect(status.message).toBe('🙂'.repeat(512));
    expect(String(events[0]?.attributes?.['exception.stacktrace']).length).toBeLessThanOrEqual(16_384);
  });

  test('marks the span as failed, for any thrown value', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (thrown) => {
        const { status, events, attributes } = recorded(thrown);
        expect(status.code).toBe(SpanStatusCode.ERROR);
        expect(attributes['error.type']).toEqual(expect.any(String));
        expect(events).toHaveLength(1);
      }),
      { numRuns: rounds(50) },
    );
  });

  test('survives values that throw when they are read', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    );
    expect(recorded(hostile).status).toEqual({ code: SpanStatusCode.ERROR, message: 'a value that cannot be shown' });
  });

  test('does nothing to a span that has ended', () => {
    const { spans, only } = recordedSpans();
    const span = spans.startSpan('work');
    span.end();
    recordFailure(span, new Error('late'));
    expect(only().status.code).toBe(SpanStatusCode.UNSET);
  });
});
