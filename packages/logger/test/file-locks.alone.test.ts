import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, type Logger, type RotateOptions } from '@sightline/logger';
import { fakeClock } from '@sightline/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseLines } from './strict-json.js';

const links = vi.hoisted(() => ({ failWith: undefined as string | undefined }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const linkSync: typeof fs.linkSync = (existing, added) => {
    if (links.failWith === undefined) return fs.linkSync(existing, added);
    throw Object.assign(new Error(`${links.failWith}: link`), { code: links.failWith });
  };
  const writeSync = ((fd: number, ...args: unknown[]) => {
    if (disk.isFull) throw full();
    return Reflect.apply(fs.writeSync, fs, [fd, ...args]);
  }) as typeof fs.writeSync;
  // The file is made before there is found to be no room for what is in it.
  const writeFileSync: typeof fs.writeFileSync = (path, data, options) => {
    fs.writeFileSync(path, disk.isFull ? '' : data, options);
    if (disk.isFull) throw full();
  };
  return { ...fs, linkSync, writeSync, writeFileSync };
});
const disk = vi.hoisted(() => ({ isFull: false }));
const full = (): Error => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

let folder: string;
let file: string;
let clock: ReturnType<typeof fakeClock>;
const open: Logger[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-locks-'));
  file = join(folder, 'app.log');
  clock = fakeClock({ nowMs: Date.UTC(2026, 10, 22, 12, 0, 0) });
  links.failWith = undefined;
  disk.isFull = false;
});
afterEach(async () => {
  for (const log of open.splice(0)) await log.shutdown().catch(() => {});
  rmSync(folder, { recursive: true, force: true });
});

function logger(rotate: RotateOptions | false = {}): Logger {
  const log = createLogger({ destination: { file, rotate }, clock, env: {} });
  open.push(log);
  return log;
}

const files = (): string[] => readdirSync(folder).sort();
const messagesIn = (name: string): unknown[] =>
  parseLines(readFileSync(join(folder, name), 'utf8')).map(({ msg }) => msg);
const secondsAgo = (seconds: number): number => Date.now() / 1000 - seconds;

test.each([undefined, 'EPERM'])(
  'a full disk is not filled further by locks that cannot be made (links: %s)',
  (code) => {
    links.failWith = code;
    disk.isFull = true;
    const log = logger();
    for (let i = 0; i < 3; i++) {
      log.info('lost');
      clock.advance(1500);
    }
    expect(files()).toEqual([]);
    disk.isFull = false;
    log.info('written');
    expect(files()).toEqual(['app.log', 'app.log.lock']);
  },
);

describe('a file system without hard links', () => {
  test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK', 'EINVAL', 'EACCES'])(
    'that says %s gets its lines, and locks that exclude each other',
    async (code) => {
      links.failWith = code;
      const first = logger();
      first.info('one');
      logger().info('two');
      expect(files()).toEqual(['app.log', 'app.log.lock', 'app.p2.log', 'app.p2.log.lock']);
      await first.shutdown();
      logger().info('three');
      expect(messagesIn('app.log')).toEqual(['one', 'three']);
    },
  );

  test('takes over the lock of a process that died', () => {
    links.failWith = 'EPERM';
    writeFileSync(`${file}.lock`, '1 1 0 another-container\n');
    utimesSync(`${file}.lock`, secondsAgo(61), secondsAgo(61));
    logger().info('mine now');
    expect(files()).toEqual(['app.log', 'app.log.lock']);
  });

  test.each([
    ['is respected while it is new', 1, ['app.log.lock', 'app.p2.log', 'app.p2.log.lock']],
    ['is taken over when it is old', 61, ['app.log', 'app.log.lock']],
  ])('where a process died between making a lock and writing it, which %s', (_, age, expected) => {
    writeFileSync(`${file}.lock`, '');
    utimesSync(`${file}.lock`, secondsAgo(age), secondsAgo(age));
    logger().info('here');
    expect(files()).toEqual(expected);
  });
});

describe('the lock of a process that cannot be seen, in another container or machine', () => {
  test.each([
    ['was renewed lately', -5, 'app.p2.log'],
    ['was renewed by a clock that is slightly ahead', 30, 'app.p2.log'],
    ['was not renewed for a minute', -61, 'app.log'],
    ['was renewed before the clock was set back', 7200, 'app.log'],
  ])('that %s', (_, seconds, expected) => {
    writeFileSync(`${file}.lock`, `${process.pid} 1 0 web-7d9f\n`);
    utimesSync(`${file}.lock`, secondsAgo(-seconds), secondsAgo(-seconds));
    logger().info('here');
    expect(messagesIn(expected)).toEqual(['here']);
  });

  test('is renewed as long as it lives, whether it writes or not', () => {
    const log = logger();
    log.info('living');
    for (let day = 0; day < 3; day++) {
      utimesSync(`${file}.lock`, secondsAgo(86_400), secondsAgo(86_400));
      clock.advance(10_000);
      expect(statSync(`${file}.lock`).mtimeMs / 1000).toBeGreaterThan(secondsAgo(30));
    }
  });

  test('keeps no process alive and ends with the logger', async () => {
    const log = logger();
    log.info('living');
    expect(clock.timers.filter(({ isRef }) => isRef)).toEqual([]);
    await log.shutdown();
    expect(clock.timers).toEqual([]);
    expect(files()).toEqual(['app.log']);
  });

  test('that took over the file of a stopped process sends that one to another file when it goes on', () => {
    const log = logger();
    log.info('before');
    const theirs = '4711 1 0 web-7d9f\n';
    writeFileSync(`${file}.lock`, theirs);
    clock.advance(1000);
    log.info('after');
    expect([messagesIn('app.log'), messagesIn('app.p2.log')]).toEqual([['before'], ['after']]);
    expect(readFileSync(`${file}.lock`, 'utf8')).toBe(theirs);
  });
});

test('a lock that was deleted is made again', () => {
  const log = logger();
  log.info('before');
  rmSync(`${file}.lock`);
  clock.advance(1000);
  log.info('after');
  expect(messagesIn('app.log')).toEqual(['before', 'after']);
  expect(files()).toEqual(['app.log', 'app.log.lock']);
});

describe('a file that replaces another', () => {
  const modeOf = (name: string): string => (statSync(join(folder, name)).mode & 0o7777).toString(8);

  test.each([0o600, 0o640, 0o664, 0o2660])('has its mode %o, and so have those that were rolled', (mode) => {
    writeFileSync(file, '');
    chmodSync(file, mode);
    const log = logger({ maxBytes: 300 });
    for (let i = 0; i < 3; i++) log.info('x'.repeat(200));
    const written = files().filter((name) => !name.endsWith('.lock'));
    expect(written).toHaveLength(3);
    expect(written.map(modeOf)).toEqual(written.map(() => mode.toString(8)));
  });

  test('has its mode after it was compressed', async () => {
    writeFileSync(file, '');
    chmodSync(file, 0o640);
    const log = logger({ maxBytes: 300, gzip: true });
    for (let i = 0; i < 3; i++) log.info('x'.repeat(200));
    await log.shutdown();
    const compressed = files().filter((name) => name.endsWith('.gz'));
    expect(compressed.map(modeOf)).toEqual(['640', '640']);
  });

  test('has its mode where others renamed it', () => {
    writeFileSync(file, '');
    chmodSync(file, 0o660);
    const log = logger(false);
    log.info('before');
    renameSync(file, `${file}.1`);
    clock.advance(1000);
    log.info('after');
    expect([modeOf('app.log'), messagesIn('app.log')]).toEqual(['660', ['after']]);
  });

  test.runIf(process.getuid?.() === 0)('has its owner, if that is permitted', async () => {
    writeFileSync(file, '');
    chownSync(file, 4711, 4712);
    chmodSync(file, 0o640);
    const log = logger({ maxBytes: 300, gzip: true });
    for (let i = 0; i < 3; i++) log.info('x'.repeat(200));
    await log.shutdown();
    for (const name of files()) {
      const { uid, gid, mode } = statSync(join(folder, name));
      expect([name, uid, gid, (mode & 0o777).toString(8)]).toEqual([name, 4711, 4712, '640']);
    }
  });
});

describe('a clock that jumps', () => {
  function rolledDays(count: number): void {
    for (let day = 1; day <= count; day++) {
      const text = String(day).padStart(2, '0');
      writeFileSync(join(folder, `app.2026-11-${text}.log`), '{}\n');
      writeFileSync(join(folder, `app.2026-11-${text}.1.log`), '{}\n');
    }
  }
  const rolled = (): string[] => files().filter((name) => /^app\..*\d\.log$/.test(name));

  test('forward deletes no more than one roll makes superfluous', () => {
    rolledDays(10);
    const log = logger({ keepFiles: 10, keepDays: 30, maxBytes: 1000 });
    log.info('before');
    clock.setTime(Date.UTC(2036, 0, 1));
    log.info('after');
    expect(rolled()).toHaveLength(21);
    for (let i = 0; i < 20; i++) log.info('x'.repeat(600));
    // Ten full files are kept, one of each roll more than before at most.
    expect(rolled().filter((name) => /\.\d+\.log$/.test(name))).toHaveLength(10);
    expect(rolled().filter((name) => /-\d\d\.log$/.test(name))).toHaveLength(11);
  });

  test('forward by a day at a time deletes one day at a time', () => {
    rolledDays(10);
    const log = logger({ keepDays: 10 });
    log.info('before');
    const counts = [20, 40, 60].map((days) => {
      clock.setTime(Date.UTC(2026, 10, 22 + days));
      log.info('after');
      return new Set(rolled().map((name) => name.slice(0, 14))).size;
    });
    expect(counts).toEqual([10, 10, 10]);
    expect(rolled()).not.toContain('app.2026-11-03.log');
    expect(rolled()).toContain('app.2026-11-04.log');
  });

  test('back goes on rolling by size and by day, and keeps what is rolled then', () => {
    clock.setTime(Date.UTC(2036, 0, 1));
    const log = logger({ keepFiles: 3, maxBytes: 1000 });
    for (let i = 0; i < 10; i++) log.info({ i }, 'x'.repeat(600));
    clock.setTime(Date.UTC(2026, 10, 22));
    for (let i = 10; i < 15; i++) log.info({ i }, 'x'.repeat(600));
    const newest = files()
      .filter((name) => name.endsWith('.log'))
      .flatMap((name) => parseLines(readFileSync(join(folder, name), 'utf8')).map(({ i }) => Number(i)))
      .sort((a, b) => a - b);
    expect(newest).toEqual([11, 12, 13, 14]);
    clock.setTime(Date.UTC(2026, 10, 23));
    log.info('a new day');
    expect(files()).toContain('app.2026-11-22.log');
    expect(messagesIn('app.log')).toEqual(['a new day']);
  });
});
