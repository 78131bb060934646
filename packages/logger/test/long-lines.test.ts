import { runWithContext } from '@sightline/context';
import { createLogger, type LayoutName, type LogRecord } from '@sightline/logger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { lines } from './lines.js';

const layouts: readonly LayoutName[] = ['pino', 'structured', 'ecs'];
const MAX_BYTES = 256_000; // Loki and CloudWatch take 262 144

const manyKeys = (count: number, value: unknown = 1): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`key_${i}`, value]));

type Log = ReturnType<typeof lines>['log'];

const oversized: ReadonlyArray<readonly [string, (log: Log) => void]> = [
  ['a hundred thousand keys', (log) => log.info(manyKeys(100_000), 'the message')],
  ['a hundred thousand keys of a child', (log) => log.child(manyKeys(100_000)).info('the message')],
  [
    'two hundred children, one of the other',
    (log) => {
      let child = log;
      for (let i = 0; i < 200; i++) child = child.child({ [`child_${i}`]: 'x'.repeat(20_000) }) as Log;
      child.info('the message');
    },
  ],
  [
    'children with many keys each',
    (log) => {
      let child = log;
      for (let i = 0; i < 50; i++) child = child.child({ [`child_${i}`]: manyKeys(900, 'text') }) as Log;
      child.info('the message');
    },
  ],
  [
    'bindings that were set',
    (log) => {
      log.setBindings({ all: 'x'.repeat(30_000) });
      log.info(manyKeys(1000, 'y'.repeat(300)), 'the message');
    },
  ],
  [
    'fields of the context',
    (log) => runWithContext(manyKeys(900, 'c'.repeat(1000)) as never, () => log.info('the message')),
  ],
  [
    'many fields of the context',
    (log) =>
      runWithContext(manyKeys(20_000, 'c') as never, () => log.info(manyKeys(1000, 'y'.repeat(300)), 'the message')),
  ],
  [
    'an error with fields',
    (log) =>
      log.error(
        {
          err: Object.assign(new Error('e'.repeat(30_000)), manyKeys(900, 'e'.repeat(400))),
          ...manyKeys(900, 'f'.repeat(400)),
        },
        'the message',
      ),
  ],
  [
    'an error with causes',
    (log) => {
      let error = new Error('0'.repeat(30_000));
      for (let i = 1; i < 8; i++) error = new Error(String(i).repeat(30_000), { cause: error });
      log.error(error, 'the message');
    },
  ],
  [
    'everything at once',
    (log) => {
      const child = log.child({ bound: manyKeys(900, 'b'.repeat(250)) }) as Log;
      runWithContext({ around: 'c'.repeat(200_000) } as never, () =>
        child.error(
          { err: Object.assign(new Error('e'), { own: 'e'.repeat(32_000) }), field: manyKeys(900, 'f'.repeat(250)) },
          'the message',
        ),
      );
    },
  ],
  ['characters of three bytes', (log) => log.info(manyKeys(900, '漢'.repeat(300)), 'the message')],
  ['characters of four bytes', (log) => log.info(manyKeys(900, '😀'.repeat(150)), 'the message')],
  ['characters that are escaped', (log) => log.info(manyKeys(900, '\u0001"\\'.repeat(100)), 'the message')],
  [
    'long keys',
    (log) =>
      log.info(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => ['漢'.repeat(250) + i, 1])), 'the message'),
  ],
];

describe.each(layouts)('a line of the layout %s', (layout) => {
  test.each(oversized)('is cut to its bound, says so, and keeps its message: %s', (_, write) => {
    const { log, text, last } = lines({ layout });
    write(log);
    expect(Buffer.byteLength(text())).toBeLessThanOrEqual(MAX_BYTES);
    expect(last()[layout === 'pino' ? 'msg' : 'message']).toBe('the message');
    expect(text()).toContain('"…":');
  });

  test('keeps ids and small fields where others are too long', () => {
    const { log, last } = lines({ layout });
    runWithContext({ correlation_id: 'c-1', request_id: 'r-1' }, () => {
      const child = log.child({ tenant: 't-1', big: manyKeys(900, 'b'.repeat(300)) }) as Log;
      child.info({ huge: manyKeys(900, 'f'.repeat(300)), order: 'o-1' }, 'm');
    });
    const shown = JSON.stringify(last());
    for (const kept of ['c-1', 'r-1', 't-1', 'o-1']) expect(shown).toContain(`"${kept}"`);
    expect(shown).toMatch(/cut from \d{6} bytes/);
  });

  test('leaves a list a list, as schemas of lines have it', () => {
    const { log, last } = lines({ layout: 'structured' });
    const errors = Array.from({ length: 10 }, () => new Error('e'.repeat(30_000)));
    log.error({ err: new AggregateError(errors, 'several'), list: Array(900).fill('f'.repeat(300)) }, 'm');
    expect(last()).toMatchObject({ error: { errors: ['…'] }, context: { list: ['…'] } });
  });

  test('holds any bound, whatever it is given', () => {
    const any = fc.record({
      bindings: fc.dictionary(fc.string(), fc.oneof(fc.string({ maxLength: 9000 }), fc.anything()), { maxKeys: 30 }),
      context: fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', maxLength: 2000 }), {
        maxKeys: 10,
      }),
      fields: fc.dictionary(
        fc.string({ unit: 'binary' }),
        fc.oneof(fc.string({ unit: 'binary', maxLength: 9000 }), fc.anything()),
        { maxKeys: 30 },
      ),
      message: fc.string({ unit: 'binary', maxLength: 9000 }),
      error: fc.option(fc.string({ unit: 'binary', maxLength: 9000 })),
    });
    fc.assert(
      fc.property(any, ({ bindings, context, fields, message, error }) => {
        const { log, text, all } = lines({ layout, limits: { lineBytes: 4096 } });
        const err = error === null ? {} : { err: new Error(error) };
        runWithContext(context, () => log.child(bindings).info({ ...fields, ...err }, message));
        expect(Buffer.byteLength(text())).toBeLessThanOrEqual(4096);
        expect(all()).toHaveLength(1); // which reads it strictly: no key twice
      }),
      { numRuns: rounds(150) },
    );
  }, 60_000);
});

test('a sink gets what the line shows, and no more', () => {
  const records: LogRecord[] = [];
  const log = createLogger({
    destination: { write: () => {} } as never,
    sink: { emit: (record) => records.push(record) },
    env: {},
  });
  log.info(manyKeys(1000, 'x'.repeat(1000)), 'the message');
  expect(JSON.stringify(records).length).toBeLessThan(MAX_BYTES);
  expect(records[0]).toMatchObject({ body: 'the message', attributes: { '…': expect.stringContaining('cut from') } });
});

test('a line within its bound is left alone', () => {
  const { log, text } = lines();
  log.info({ ...manyKeys(900, 'x'.repeat(100)) }, 'm');
  expect(text()).not.toContain('…');
});

test('a bound without room for the line itself is refused', () => {
  expect(() => createLogger({ limits: { lineBytes: 100 } })).toThrow(
    'limits.lineBytes is 100: give a whole number of at least 4096',
  );
});
