import { systemClock } from '@sightline/base';
import { fakeClock } from '@sightline/testing';
import { expect, test } from 'vitest';
import { type Component, flushInOrder, shutDownInOrder } from '../src/components.js';
import { collectedLog } from './collected-log.js';

function part(name: string, overrides: Partial<Component> = {}): Component {
  return { name, flush: async () => {}, shutdown: async () => {}, ...overrides };
}

test('parts end one after the other, and each is told what time is left', async () => {
  const order: string[] = [];
  const clock = fakeClock();
  const slow = (name: string) =>
    part(name, {
      async shutdown({ timeoutMs, lingerMs }) {
        order.push(`${name} begins, ${timeoutMs} ms left`);
        expect(lingerMs).toBe(5);
        await clock.advanceAsync(300);
        order.push(`${name} ends`);
      },
    });
  await shutDownInOrder([slow('spans'), slow('metrics')], { timeoutMs: 1000, lingerMs: 5 }, clock, collectedLog());
  // 50 of the first one's time are kept for the second.
  expect(order).toEqual(['spans begins, 950 ms left', 'spans ends', 'metrics begins, 700 ms left', 'metrics ends']);
});

test('a part that hangs leaves time for the next one', async () => {
  const log = collectedLog();
  let leftMs = 0;
  const hanging = part('metrics', { shutdown: () => new Promise(() => {}) });
  const last = part('logs', {
    async shutdown({ timeoutMs }) {
      leftMs = timeoutMs;
    },
  });
  await shutDownInOrder([hanging, last], { timeoutMs: 100, lingerMs: 0 }, systemClock, log);
  expect(leftMs).toBeGreaterThanOrEqual(1);
  expect(log.warnings).toEqual([expect.stringContaining('[sdk] Shutting down metrics did not finish within')]);
});

test('a part that fails, even at once, does not keep the next one from ending', async () => {
  const log = collectedLog();
  let hasEnded = false;
  const failing = part('metrics', {
    shutdown() {
      throw new Error('broken');
    },
  });
  const last = part('logs', {
    async shutdown() {
      hasEnded = true;
    },
  });
  await shutDownInOrder([failing, last], { timeoutMs: 1000, lingerMs: 0 }, systemClock, log);
  expect(hasEnded).toBe(true);
  expect(log.warnings).toEqual(['[sdk] Shutting down metrics: broken']);
});

test('flush names everything that was not flushed, and flushes the rest', async () => {
  const failing = (name: string) => part(name, { flush: () => Promise.reject(new Error(`${name} is down.`)) });
  let isFlushed = false;
  const last = part('logs', {
    async flush() {
      isFlushed = true;
    },
  });
  const flushed = flushInOrder([failing('spans'), failing('metrics'), last], { timeoutMs: 1000 }, systemClock);
  await expect(flushed).rejects.toMatchObject({
    name: 'FlushError',
    message: '[sdk] Not everything was flushed. spans is down. metrics is down.',
    errors: [{ message: 'spans is down.' }, { message: 'metrics is down.' }],
  });
  expect(isFlushed).toBe(true);
});
