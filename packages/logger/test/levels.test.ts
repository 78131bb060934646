import { fakeClock } from '@sightline/testing';
import { describe, expect, test } from 'vitest';
import { lines } from './lines.js';

test('warning and critical are pino’s warn and fatal', () => {
  const { log, all } = lines({ level: 'warning' });
  log.warning('a');
  log.warn('b');
  log.critical('c');
  log.fatal('d');
  log.info('e');
  expect(all().map(({ level }) => level)).toEqual([40, 40, 60, 60]);
  expect(log.level).toBe('warn');
  expect(log.isLevelEnabled('warning')).toBe(true);
  expect(log.isLevelEnabled('info')).toBe(false);
});

test.each([
  ['pino', 'level', [10, 20, 30, 40, 50, 60]],
  ['structured', 'level', ['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']],
  ['ecs', 'log.level', ['trace', 'debug', 'info', 'warning', 'error', 'critical']],
] as const)('%s names levels its own way', (layout, key, names) => {
  const { log, all } = lines({ layout, level: 'trace' });
  for (const level of ['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const) log[level]('m');
  expect(all().map((line) => line[key])).toEqual(names);
});

describe('by name', () => {
  const options = { level: 'info', levels: { collector: 'error', 'collector.ws': 'debug' } } as const;

  test('the longest prefix wins', () => {
    const { log } = lines(options);
    const levels = ['other', 'collector', 'collector.rest', 'collector.ws', 'collector.ws.parser', 'collector.wsx'].map(
      (name) => log.loggerFor(name).level,
    );
    expect(levels).toEqual(['info', 'error', 'error', 'debug', 'debug', 'error']);
    expect(log.child({ name: 'collector.ws' }).level).toBe('debug');
    expect(lines({ ...options, name: 'collector.ws' }).log.level).toBe('debug');
  });

  test('loggerFor gives the same logger for the same name', () => {
    const { log } = lines();
    expect(log.loggerFor('a')).toBe(log.loggerFor('a'));
    expect(log.loggerFor('a').bindings()).toEqual({ name: 'a' });
  });

  test('LOG_LEVEL says both', () => {
    const { log } = lines({ env: { LOG_LEVEL: 'warning, collector.ws = debug,x=silent' } });
    expect([log.level, log.loggerFor('collector.ws.a').level, log.loggerFor('x').level]).toEqual([
      'warn',
      'debug',
      'silent',
    ]);
  });

  test('an option beats the variable', () => {
    expect(lines({ level: 'error', env: { LOG_LEVEL: 'debug' } }).log.level).toBe('error');
  });
});

describe('while the service runs', () => {
  test('a whole subtree changes, and children with it', () => {
    const { log, all } = lines({ levels: { 'a.b': 'error' } });
    const child = log.loggerFor('a.b.c').child({ x: 1 });
    const own = log.loggerFor('a').child({}, { level: 'error' });
    log.setLevel('a', 'debug');
    child.debug('seen');
    own.debug('seen');
    log.loggerFor('a.new').debug('seen');
    log.loggerFor('other').debug('not seen');
    log.resetLevel('a');
    child.warn('not seen');
    own.warn('not seen');
    expect(all().map(({ msg }) => msg)).toEqual(['seen', 'seen', 'seen']);
    expect(child.level).toBe('error');
  });

  test('a change ends by itself, and keeps no process alive', () => {
    const clock = fakeClock();
    const { log } = lines({ clock });
    log.setLevel('', 'debug', { forMs: 600_000 });
    expect(log.level).toBe('debug');
    expect(clock.timers.map(({ isRef }) => isRef)).toEqual([false]);
    log.setLevel('', 'trace', { forMs: 1000 });
    clock.advance(1000);
    expect(log.level).toBe('info');
    clock.advance(600_000);
    expect(clock.timers).toEqual([]);
  });

  test('a level that is assigned reaches children that have none of their own, as in pino', () => {
    const { log } = lines({ levels: { ruled: 'error' } });
    const [child, named, ruled] = [log.child({}), log.child({ name: 'x' }), log.child({ name: 'ruled' })];
    const heard: unknown[] = [];
    log.on('level-change', (...args: unknown[]) => heard.push(args.slice(0, 4)));
    log.level = 'debug';
    expect([child.level, named.level, ruled.level]).toEqual(['debug', 'debug', 'error']);
    child.level = 'critical';
    expect([log.level, child.level]).toEqual(['debug', 'fatal']);
    expect(heard[0]).toEqual(['debug', 20, 'info', 30]);
  });

  test('what is no level is refused, with those that are', () => {
    const { log } = lines();
    expect(() => log.setLevel('', 'verbose')).toThrow(
      'is "verbose". Give trace, debug, info, warning, error, critical or silent.',
    );
    expect(() => {
      log.level = 'verbose' as 'info';
    }).toThrow('is "verbose"');
    expect(() => log.setLevel('', 'debug', { forMs: 0 })).toThrow('forMs of setLevel is 0');
  });
});
