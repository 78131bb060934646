import { expect, test, vi } from 'vitest';
import * as one from '../src/index.js';

vi.resetModules();
const other = await import('../src/index.js');

test('an error of another copy is an instance all the same', () => {
  expect(other.FlushError).not.toBe(one.FlushError);
  expect(new other.FlushError('x', [])).toBeInstanceOf(one.FlushError);
  expect(new other.FlushError('x', [])).toBeInstanceOf(Error);
  expect(new other.FlushError('x', []) instanceof one.DeadlineError).toBe(false);
  for (const value of [new Error('x'), {}, null, undefined, 'x', () => 1])
    expect(value instanceof one.FlushError).toBe(false);
});

test('what cannot be read is no error of ours', () => {
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const strictDouble = new Proxy(
    {},
    {
      get() {
        throw new Error('not expected');
      },
    },
  );
  for (const value of [revoked, strictDouble]) expect(value instanceof one.DeadlineError).toBe(false);
});

test('a subclass has instances of its own', () => {
  class Mine extends one.DeclarationError {}
  expect(new Mine('x')).toBeInstanceOf(Mine);
  expect(new Mine('x')).toBeInstanceOf(other.DeclarationError);
  expect(new one.DeclarationError('x') instanceof Mine).toBe(false);
});

test('a promise that both watch is done for both', async () => {
  class Query extends Promise<number> {}
  const query = new Query((resolve) => setTimeout(resolve, 1, 7));
  const done: string[] = [];
  const watchedOnce = one.whenSettled(query, () => done.push('one'));
  const watchedTwice = other.whenSettled(watchedOnce, () => done.push('other'));
  expect(watchedTwice).toBe(query);
  expect(await watchedTwice).toBe(7);
  await new Promise(setImmediate);
  expect(done.sort()).toEqual(['one', 'other']);
});
