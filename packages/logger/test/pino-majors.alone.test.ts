import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger, LoggerOptions } from '@sightline/logger';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseLines } from './strict-json.js';

// What the logger takes of pino beside its documented interface, on the oldest release of each supported major and on the newest of all
// (`pino`). A new major is added here and in the `pino` of pnpm-workspace.yaml; what it breaks is mended in src/pino-internals.ts.
const releases = [
  ['9', () => import('pino9')],
  ['10', () => import('pino10')],
  ['10', () => vi.importActual<typeof import('pino')>('pino')],
] as const;

const folder = mkdtempSync(join(tmpdir(), 'sightline-pino-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(releases)('on pino %s', (major, load) => {
  let pino: typeof import('pino').pino;
  let logger: typeof import('@sightline/logger');
  let opened: typeof import('@sightline/logger/pino');

  beforeEach(async () => {
    const release = (await load()) as unknown as typeof import('pino');
    pino = release.pino;
    vi.resetModules();
    vi.doMock('pino', () => release);
    logger = await import('@sightline/logger');
    opened = await import('@sightline/logger/pino');
  });

  afterEach(() => {
    vi.doUnmock('pino');
    vi.resetModules();
  });

  function lines(options: LoggerOptions = {}): { log: Logger; all: () => Array<Record<string, unknown>> } {
    const pieces: string[] = [];
    const destination = { write: (line: string) => void pieces.push(line) };
    return { log: logger.createLogger({ env: {}, destination, ...options }), all: () => parseLines(pieces.join('')) };
  }

  test('it is that pino', () => {
    const { log } = lines();
    expect(log.version).toBe(pino.version);
    expect(log.version.split('.')[0]).toBe(major);
  });

  test('children, their bindings, prefixes and serializers', () => {
    const { log, all } = lines({ context: { a: 1 }, serializers: { user: (user: { id: number }) => user.id } });
    const child = log.child({ b: 2 }, { msgPrefix: '[x] ', serializers: { size: (list: unknown[]) => list.length } });
    child.setBindings({ c: 3 });
    child.child({ name: 'orders' }).info({ user: { id: 7 }, size: [1] }, 'm %d', 1);
    expect(child.bindings()).toEqual({ a: 1, b: 2, c: 3 });
    expect(all()).toMatchObject([{ level: 30, name: 'orders', a: 1, b: 2, c: 3, user: 7, size: 1, msg: '[x] m 1' }]);
  });

  test('levels, of children and by name, silent ones, and the event of a change', () => {
    const { log, all } = lines({ levels: { quiet: 'error' } });
    const child = log.child({});
    const changes: unknown[] = [];
    log.on('level-change', (label, value) => changes.push([label, value]));
    child.debug('not written');
    log.level = 'debug';
    child.debug('written');
    log.loggerFor('quiet').warning('not written');
    log.setLevel('quiet', 'trace');
    log.loggerFor('quiet').trace('written');
    child.level = 'silent';
    child.critical('not written');
    expect(all().map(({ msg }) => msg)).toEqual(['written', 'written']);
    expect(changes).toContainEqual(['debug', 20]);
    expect(child.isLevelEnabled('critical')).toBe(false);
    expect(log.isLevelEnabled('debug')).toBe(true);
  });

  test('levels of a child’s own', () => {
    const { log, all } = lines();
    const child = log.child({}, { customLevels: { notice: 35 } });
    child.notice('m');
    expect(all()).toMatchObject([{ level: 35, msg: 'm' }]);
    expect(child.levels.values['notice']).toBe(35);
  });

  test('redaction, of children too, and errors with their causes', () => {
    const { log, all } = lines();
    const cause = new TypeError('no address');
    log.child({}, { redact: ['note'] }).error({ err: new Error('failed', { cause }), note: 1, password: 'x' }, 'm');
    log.error(new RangeError('alone'));
    expect(all()).toMatchObject([
      {
        err: { type: 'Error', message: 'failed', cause: { type: 'TypeError', message: 'no address' } },
        note: '[Redacted]',
        password: '[Redacted]',
      },
      { err: { type: 'RangeError' }, msg: 'alone' },
    ]);
  });

  test('a multistream gets each line at its level', () => {
    const [low, high]: [string[], string[]] = [[], []];
    const destination = pino.multistream([
      { level: 'info', stream: { write: (line: string) => void low.push(line) } },
      { level: 'error', stream: { write: (line: string) => void high.push(line) } },
    ]);
    const { log } = lines({ destination });
    log.info('a');
    log.error('b');
    expect([low.length, high.length]).toEqual([2, 1]);
  });

  test('a destination of pino’s, with what it flushes at a fatal line', async () => {
    const file = join(folder, `${pino.version}.log`);
    const { log } = lines({ destination: pino.destination({ dest: file, sync: false, minLength: 8192 }) });
    log.info('held back');
    await new Promise<void>((resolve, reject) => log.flush((error) => (error ? reject(error) : resolve())));
    log.fatal('the last');
    expect(parseLines(readFileSync(file, 'utf8')).map(({ msg }) => msg)).toEqual(['held back', 'the last']);
  });

  test('a transport in a worker thread has every line when the logger has ended', async () => {
    const file = join(folder, `${pino.version}-transport.log`);
    const { createLogger } = logger;
    const log = createLogger({ env: {}, transport: { target: 'pino/file', options: { destination: file } } });
    for (let i = 0; i < 100; i++) log.info({ i }, 'm');
    await log.shutdown();
    expect(parseLines(readFileSync(file, 'utf8'))).toHaveLength(100);
  });

  test('code that calls pino’s inner write, or reads its bindings', () => {
    const { log, all } = lines({ context: { b: 2 } });
    const { writeSym, chindingsSym } = pino.symbols as unknown as Record<string, symbol>;
    const internals = log as unknown as Record<symbol, unknown>;
    const write = internals[writeSym as symbol] as (fields: object, message: string, level: number) => void;
    write.call(log, { a: 1 }, 'written', 40);
    expect(all()).toMatchObject([{ level: 40, a: 1, msg: 'written' }]);
    expect(internals[chindingsSym as symbol]).toBe(',"b":2');
  });

  test('lines of any pino logger and of its children can be redirected, until they are given back', () => {
    const { log, all } = lines();
    const other: string[] = [];
    const plain: string[] = [];
    const theirs = pino({}, { write: (line: string) => void plain.push(line) });
    const child = log.child({});
    for (const each of [log, theirs]) {
      const restore = opened.replaceStream(each, { write: (line: string) => void other.push(line) });
      each.info('redirected');
      restore?.();
    }
    child.info('given back');
    theirs.info('given back');
    expect(other).toHaveLength(2);
    expect([...all(), ...parseLines(plain.join(''))].map(({ msg }) => msg)).toEqual(['given back', 'given back']);
    expect(opened.replaceStream({}, { write: () => {} })).toBeUndefined();
  });
});
