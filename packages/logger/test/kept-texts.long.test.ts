import { runWithContext } from '@sightline/context';
import { createLogger, type Logger, type LoggerOptions } from '@sightline/logger';
import { fakeClock } from '@sightline/testing';
import { describe, expect, test } from 'vitest';
import { heldBytes } from '../../../scripts/held-memory.js';
import { lines } from './lines.js';

/** Bytes that stay after `write` was called so often with texts of a megabyte. */
async function bytesKept(
  write: (log: Logger, text: string, i: number) => void,
  options: LoggerOptions = {},
): Promise<number> {
  const log = createLogger({ env: {}, destination: { write: () => {} }, clock: fakeClock(), ...options });
  write(log, textOf(0), 0);
  const before = await heldBytes();
  for (let i = 1; i <= COUNT; i++) write(log, textOf(i), i);
  const kept = (await heldBytes()) - before;
  log.info('still here');
  return kept;
}

const COUNT = 100;
const MEGABYTE = 1_048_576;
const textOf = (i: number): string => Buffer.alloc(MEGABYTE, `${i} is no number but a text. `).toString('latin1');

describe('of texts of a megabyte is kept little', () => {
  test('as messages that may repeat', async () => {
    const kept = await bytesKept((log, text) => log.info(text), { repeats: { max: 5 } });
    expect(kept).toBeLessThan(10 * MEGABYTE);
  });

  test('as parts of them that may repeat', async () => {
    const kept = await bytesKept((log, text) => log.info({ title: text.slice(0, 90) }, text.slice(90, 180)), {
      repeats: { max: 5 },
    });
    expect(kept).toBeLessThan(10 * MEGABYTE);
  });

  test('with loggers whose messages may repeat', async () => {
    const kept = await bytesKept((log, text, i) => log.child({ body: text.slice(0, 30_000) }).info(`message ${i}`), {
      repeats: { max: 5 },
    });
    expect(kept).toBeLessThan(10 * MEGABYTE);
  });

  test('as keys of a Map', async () => {
    const kept = await bytesKept((log, text, i) => log.info({ map: new Map([[text.slice(i, i + 30), i]]) }, 'm'));
    expect(kept).toBeLessThan(10 * MEGABYTE);
  });

  test('as fields of contexts', async () => {
    const kept = await bytesKept((log, text) => runWithContext({ body: text } as object, () => log.info('m')));
    expect(kept).toBeLessThan(10 * MEGABYTE);
  });
});

describe('long messages that repeat', () => {
  const repeating = () => {
    const clock = fakeClock();
    return { clock, ...lines({ clock, repeats: { max: 1, intervalMs: 1000 } }) };
  };

  test('are kept apart wherever they differ', () => {
    const { log, all } = repeating();
    const start = 'x'.repeat(1000);
    for (const message of [`${start}a`, `${start}b`, `a${start}`, `${start}a`]) log.info(message);
    expect(all()).toHaveLength(3);
  });

  test('are summed up by their beginning', () => {
    const { log, clock, last } = repeating();
    for (let i = 0; i < 5; i++) log.info('y'.repeat(1000));
    clock.advance(1000);
    expect(last()).toMatchObject({
      suppressed: 4,
      msg: expect.stringMatching(/^y{192}… \(1000 characters, [0-9a-f]{16}\)$/),
    });
  });

  test('make room for others with a summary', () => {
    const { log, all } = repeating();
    log.info('the first');
    log.info('the first');
    for (let i = 0; i < 1000; i++) log.info(`${i}`);
    expect(all().filter(({ suppressed }) => suppressed === 1)).toHaveLength(1);
  });
});

test('loggers are named without end', () => {
  const { log } = lines();
  for (let i = 0; i < 5000; i++) log.loggerFor(`request-${i}`).info('m');
  expect(log.loggerFor('request-0')).toBe(log.loggerFor('request-0'));
  expect(log.loggerFor('request-4999').bindings()).toEqual({ name: 'request-4999' });
});
