import { Writable } from 'node:stream';
import { createLogger } from '@sightline/logger';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { lines } from './lines.js';
import { parseLines } from './strict-json.js';

// Whatever takes a pino logger must be able to take one of ours.

test('bindings, setBindings and prefixes', () => {
  const { log, last } = lines({ context: { a: 1 } });
  const child = log.child({ b: { c: 2 } }, { msgPrefix: '[x] ' });
  child.setBindings({ d: 3 });
  expect(child.bindings()).toEqual({ a: 1, b: { c: 2 }, d: 3 });
  child.child({}, { msgPrefix: '[y] ' }).info('m');
  expect(last()).toMatchObject({ a: 1, b: { c: 2 }, d: 3, msg: '[x] [y] m' });
});

test('serializers of the logger and of children', () => {
  const { log, last } = lines({
    serializers: {
      user: (user: { id: number }) => user.id,
      broken: () => {
        throw new Error('no');
      },
    },
  });
  log.info({ user: { id: 7, password: 'x' }, broken: 1 }, 'm');
  expect(last()).toMatchObject({ user: 7, broken: '[Serializer threw]' });
  const child = log.child({ user: { id: 8 } }, { serializers: { size: (value: unknown[]) => value.length } });
  child.info({ size: [1, 2] }, 'm');
  expect(last()).toMatchObject({ user: 8, size: 2 });
});

test('a child hides the places of its own, beside what its parent hides, and its own children with it', () => {
  const { log, last } = lines({ redact: { paths: ['a.root'] } });
  const child = log.child({ b: { mine: 1, shown: 2 } }, { redact: ['b.mine', 'list[*].mine'] });
  child.child({}).info({ a: { root: 1 }, list: [{ mine: 1, shown: 2 }], password: 1 }, 'm');
  expect(last()).toMatchObject({
    a: { root: '[Redacted]' },
    b: { mine: '[Redacted]', shown: 2 },
    list: [{ mine: '[Redacted]', shown: 2 }],
    password: '[Redacted]',
  });
  log.info({ b: { mine: 1 } }, 'm');
  expect(last()).toMatchObject({ b: { mine: 1 } });
  const censored = {
    paths: ['id'],
    censor: (value: unknown, path: string[]) => `${path}:${String(value).slice(0, 1)}`,
  };
  child.child({}, { redact: censored }).info({ id: 'abc', list: [{ mine: 2 }] }, 'm');
  expect(last()).toMatchObject({ id: 'id:a', list: [{ mine: 'mine:2' }] });
  expect(() => log.child({}, { redact: ['a..b'] })).toThrow('redact.paths has "a..b"');
  expect(() => log.child({}, { redact: 'a' as never })).toThrow('redact of child() is "a". Give a list of places');
});

test('a child without redaction around it hides only its own places', () => {
  const { log, last } = lines({ redact: false });
  log.child({}, { redact: { paths: ['a'], remove: true } }).info({ a: 1, password: 2 }, 'm');
  expect(last()).toMatchObject({ a: '[Redacted]', password: 2 });
});

test('levels of a child’s own', () => {
  const { log, last } = lines({ layout: 'structured' });
  const child = log.child({}, { customLevels: { notice: 35 } });
  child.notice('m');
  expect(last()).toMatchObject({ level: 'INFO', message: 'm' });
  expect(child.isLevelEnabled('notice')).toBe(true);
});

test('onChild, toString and EventEmitter are pino’s', () => {
  const { log } = lines();
  expect(String(log)).toBe('[object Pino]');
  expect(log.version).toBe(pino.version);
  expect(log.silent('x')).toBeUndefined();
  const made: unknown[] = [];
  log.onChild = (child) => made.push(child);
  const child = log.child({});
  expect(made).toEqual([child]);
});

test('placeholders are filled as pino fills them', () => {
  const { log, all } = lines();
  const plain: string[] = [];
  const theirs = pino({}, { write: (line: string) => void plain.push(line) });
  for (const each of [log, theirs]) {
    const info = each.info.bind(each) as (...args: unknown[]) => void;
    info('a %s b %d c %i d %f', 'x', 1.5, 1.5, 2.5);
    info('%% %j %o %O', { a: 1 }, [1], { b: { c: 2 } });
    info('%s %s', 'one');
    info({ a: 1 }, 'with %s', 'fields');
    info('100%');
    info('%d', 'text');
    info('%d %i %f %s', null, undefined, null, null);
    info('failed with %s', new TypeError('boom'));
    info('more', 'than', 'asked');
    info('%');
  }
  expect(all().map(({ msg }) => msg)).toEqual(parseLines(plain.join('')).map(({ msg }) => msg));
});

test('whatever is passed, nothing is thrown and a line is written', () => {
  const { log, all } = lines();
  const info = log.info.bind(log) as (...args: unknown[]) => void;
  const closed = new Proxy(
    {},
    {
      get() {
        throw new Error('no');
      },
      getPrototypeOf() {
        throw new Error('no');
      },
      ownKeys() {
        throw new Error('no');
      },
    },
  );
  const calls: unknown[][] = [
    [],
    [undefined],
    [null],
    [null, null],
    [1],
    [true],
    [Symbol('s')],
    [Symbol('s'), 1],
    [1n],
    [() => 1],
    [[1, 2]],
    ['%d %s %o', Symbol('a'), Symbol('b'), closed],
    [closed],
    [{}, closed],
    [new Map([['a', 1]])],
    [new Date(0), 'm'],
    ['m', closed],
    [Object.create(null)],
    [
      new (class A {
        b = 1;
      })(),
    ],
  ];
  for (const call of calls) info(...call);
  expect(all()).toHaveLength(calls.length);
});

test('an instance is what its toJSON says', () => {
  const { log, last } = lines();
  class User {
    id = 7;
    mail = 's3cret';
    toJSON(): object {
      return { id: this.id };
    }
  }
  log.info(new User(), 'm');
  expect(last()).toMatchObject({ id: 7, msg: 'm' });
  expect(last()).not.toHaveProperty('mail');
  log.info(new URL('http://h/'), 'm');
  expect(last()).toMatchObject({ value: 'http://h/' });
});

test('the message may be a field', () => {
  const { log, last } = lines();
  log.info({ msg: 'in the object', a: 1 });
  expect(last()).toMatchObject({ msg: 'in the object', a: 1 });
});

test('a multistream gets each line at its level', () => {
  const [low, high]: [string[], string[]] = [[], []];
  const destination = pino.multistream([
    { level: 'info', stream: { write: (line: string) => void low.push(line) } },
    { level: 'error', stream: { write: (line: string) => void high.push(line) } },
  ]);
  const log = createLogger({ destination, env: {} });
  log.info('a');
  log.error('b');
  expect([low.length, high.length]).toEqual([2, 1]);
});

test('any stream is a destination, one that throws too', async () => {
  let text = '';
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const log = createLogger({
    destination: [
      stream,
      {
        write() {
          throw new Error('no');
        },
      },
    ],
    env: {},
  });
  log.info('m');
  await log.flush();
  expect(parseLines(text)).toHaveLength(1);
});

test('fatal flushes', () => {
  let flushes = 0;
  const log = createLogger({
    destination: { write() {}, flushSync: () => void flushes++ } as { write(): void },
    env: {},
  });
  log.critical('m');
  log.error('m');
  expect(flushes).toBe(1);
});

test('flush calls back', async () => {
  const { log } = lines();
  await new Promise<void>((resolve) => log.flush(() => resolve()));
});
