import { describe, expect, test } from 'vitest';
import { serverlessHandler } from '../src/index.js';

function setting(flush: (options?: { timeoutMs?: number | undefined }) => Promise<void> = async () => {}) {
  const flushes: Array<number | undefined> = [];
  const obs = {
    flush: (options?: { timeoutMs?: number | undefined }) => {
      flushes.push(options?.timeoutMs);
      return flush(options);
    },
  };
  return { obs, flushes };
}

test('everything is sent before the invocation ends, with its result or its error', async () => {
  const { obs, flushes } = setting();
  expect(await serverlessHandler(obs, (a: number, b: number) => a + b)(1, 2)).toBe(3);
  const failing = serverlessHandler(obs, async () => {
    throw new RangeError('no');
  });
  await expect(failing()).rejects.toThrow(RangeError);
  expect(flushes).toEqual([2000, 2000]);
});

test('what cannot be sent does not fail the invocation', async () => {
  const { obs } = setting(() => Promise.reject(new Error('collector away')));
  expect(await serverlessHandler(obs, async () => 'ok')()).toBe('ok');
});

describe('The platform’s own end', () => {
  const context = (left: () => number) => ({ getRemainingTimeInMillis: left });

  test('limits the time for sending', async () => {
    const { obs, flushes } = setting();
    await serverlessHandler(obs, async (_event: object, _context: object) => 1)(
      {},
      context(() => 600),
    );
    expect(flushes).toEqual([500]);
  });

  test('leaves no time for it when it is near', async () => {
    const { obs, flushes } = setting();
    await serverlessHandler(obs, async (_event: object, _context: object) => 1)(
      {},
      context(() => 50),
    );
    expect(flushes).toEqual([]);
  });

  test('that cannot be asked is taken for far away', async () => {
    const { obs, flushes } = setting();
    const broken = context(() => {
      throw new Error('no');
    });
    await serverlessHandler(obs, async (_event: object, _context: object) => 1)({}, broken);
    expect(flushes).toEqual([2000]);
  });
});

test('wrong options throw at once', () => {
  const { obs } = setting();
  expect(() => serverlessHandler(obs, 1 as never)).toThrow('takes an observability and a function');
  expect(() => serverlessHandler(obs, () => 1, { timeoutMs: 0 })).toThrow('timeoutMs 0');
});
