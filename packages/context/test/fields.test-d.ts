import { bindContext, type Context, currentContext, type GivenFields, runWithContext } from '@sightline/context';
import { expectTypeOf, test } from 'vitest';

declare module '@sightline/context' {
  interface ContextFields {
    tenant_id?: string | undefined;
    shard?: number | undefined;
    account?: { id: string } | undefined;
  }
}

test('a service declares its own fields', () => {
  runWithContext({ request_id: 'r', tenant_id: 'acme', shard: 3 }, () => {
    expectTypeOf(currentContext()).toEqualTypeOf<Context | undefined>();
    expectTypeOf(currentContext()?.tenant_id).toEqualTypeOf<string | undefined>();
    expectTypeOf(currentContext()?.shard).toEqualTypeOf<number | undefined>();
  });
});

test('a misspelt field is an error', () => {
  // @ts-expect-error there is no such field
  runWithContext({ requestid: 'r' }, () => {});
});

test('a value of another type is an error', () => {
  // @ts-expect-error an id is a string
  runWithContext({ user_id: { id: 1 } }, () => {});
});

test('a field declared as an object cannot be given', () => {
  // @ts-expect-error only strings, numbers and booleans stay as they were
  runWithContext({ account: { id: 'a' } }, () => {});
});

test('a context has a correlation id and cannot be changed', () => {
  expectTypeOf<Context['correlation_id']>().toEqualTypeOf<string>();
  expectTypeOf<GivenFields['correlation_id']>().toEqualTypeOf<string | undefined>();
  const context = currentContext();
  // @ts-expect-error read-only
  if (context !== undefined) context.user_id = 'other';
});

test('runWithContext returns what the function returns, bindContext keeps its signature', () => {
  expectTypeOf(runWithContext({}, async () => 1)).toEqualTypeOf<Promise<number>>();
  const bound = bindContext((id: string, times?: number) => id.length + (times ?? 0));
  expectTypeOf(bound).toBeCallableWith('a', 2);
  expectTypeOf(bound).parameters.toEqualTypeOf<[id: string, times?: number | undefined]>();
  expectTypeOf(bound).returns.toEqualTypeOf<number>();
});
