import type { Context, Span } from '@opentelemetry/api';
import type { Sampler as SdkSampler, TracerProviderOptions } from '@opentelemetry/sdk-trace';
import {
  adaptiveSampler,
  alwaysOn,
  createSpans,
  headSampling,
  nameRules,
  parentBased,
  ratioSampler,
  type Sampler,
  traced,
} from '@sightline/tracing';
import { expectTypeOf, test } from 'vitest';

const spans = createSpans();

test('a span gives what its function gives', () => {
  expectTypeOf(spans.span('a', () => 1)).toEqualTypeOf<number>();
  expectTypeOf(spans.span('a', async () => 'x')).toEqualTypeOf<Promise<string>>();
  expectTypeOf(spans.command('a', { aggregateId: '1' }, (span) => span)).toEqualTypeOf<Span>();
  expectTypeOf(spans.saga('a', async (saga) => saga.step('b', () => 1))).toEqualTypeOf<Promise<number>>();
  expectTypeOf(spans.saga('a', { sagaId: '1' }, () => 'x')).toEqualTypeOf<Promise<string>>();
});

test('presets take their own options', () => {
  spans.http('GET /', { side: 'client', url: new URL('http://localhost') }, () => {});
  spans.db(
    'SELECT',
    { collection: 'orders', attributes: () => ({ at: new Date(), size: 1n, none: undefined }) },
    () => {},
  );
  // @ts-expect-error a database has no route
  spans.db('SELECT', { route: '/' }, () => {});
  // @ts-expect-error not a side
  spans.http('GET', { side: 'proxy' }, () => {});
  // @ts-expect-error not a value of an attribute
  spans.span('a', { attributes: { order: { id: 1 } } }, () => {});
  // @ts-expect-error without a function
  spans.span('a', {});
});

test('compensation gets the result of its step', () => {
  void spans.saga('a', async (saga) => {
    await saga.step('b', async () => ({ id: 7 }), {
      compensate: (reserved, span) => {
        expectTypeOf(reserved).toEqualTypeOf<{ id: number }>();
        expectTypeOf(span).toEqualTypeOf<Span>();
      },
    });
  });
});

test('a traced function keeps its type', () => {
  function load(this: { db: string }, id: string, depth = 1): Promise<number> {
    return Promise.resolve(id.length + depth + this.db.length);
  }
  expectTypeOf(traced('load', load)).toEqualTypeOf(load);
  expectTypeOf(spans.traced('load', { root: true }, load)).toEqualTypeOf(load);
  const generic = traced('identity', <T>(value: T): T => value);
  expectTypeOf(generic(1 as const)).toEqualTypeOf<1>();
  traced('load', { attributes: (id: string) => ({ id }) }, load);
  // @ts-expect-error the function has no such parameter
  traced('load', { attributes: (id: number) => ({ id }) }, load);
});

class Orders {
  @traced()
  load(id: string): number {
    return id.length;
  }

  @traced('orders.save', { attributes: (id) => ({ id: String(id) }) })
  async save(id: string): Promise<string> {
    return id;
  }

  @spans.traced()
  static open(): void {}

  // @ts-expect-error not a method
  @traced()
  count = 1;
}

test('a decorated method keeps its type', () => {
  expectTypeOf(new Orders().load).toEqualTypeOf<(id: string) => number>();
  expectTypeOf(new Orders().save).toEqualTypeOf<(id: string) => Promise<string>>();
});

test('the decorator is one of experimentalDecorators too', () => {
  expectTypeOf(traced()).toExtend<MethodDecorator>();
  const descriptor: TypedPropertyDescriptor<(id: string) => number> = {};
  expectTypeOf(traced()(Orders.prototype, 'load', descriptor)).toExtend<typeof descriptor>();
});

test('samplers are those of the SDK', () => {
  expectTypeOf(parentBased(ratioSampler(0.5))).toExtend<SdkSampler>();
  expectTypeOf(adaptiveSampler({ tracesPerSecond: 10, capRemote: true })).toExtend<SdkSampler>();
  expectTypeOf<SdkSampler>().toExtend<Sampler>();
  const head = headSampling(nameRules({ rules: [{ name: '*', sampler: alwaysOn }] }));
  expectTypeOf({ sampler: head.sampler, idGenerator: head.idGenerator }).toExtend<TracerProviderOptions>();
  expectTypeOf(head.decide).parameter(0).toEqualTypeOf<Context>();
});
