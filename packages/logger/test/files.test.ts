import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, type Logger, type RotateOptions } from '@sightline/logger';
import { createTestMetrics, fakeClock, type TestMetrics } from '@sightline/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseLines } from './strict-json.js';

let folder: string;
let file: string;
const clock = fakeClock({ nowMs: Date.UTC(2026, 10, 22, 23, 59, 0) });
let metrics: TestMetrics;
const open: Logger[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-files-'));
  file = join(folder, 'app.log');
  clock.setTime(Date.UTC(2026, 10, 22, 23, 59, 0));
  metrics = createTestMetrics();
});
afterEach(async () => {
  for (const log of open.splice(0)) await log.shutdown().catch(() => {});
  rmSync(folder, { recursive: true, force: true });
});

function logger(rotate: RotateOptions | false = {}, path = file): Logger {
  const log = createLogger({ destination: { file: path, rotate }, clock, metrics, env: {} });
  open.push(log);
  return log;
}

const files = (): string[] =>
  readdirSync(folder)
    .filter((name) => !name.endsWith('.lock'))
    .sort();
const linesOf = (name: string): Array<Record<string, unknown>> => parseLines(readFileSync(join(folder, name), 'utf8'));
const lost = (): number | undefined => metrics.value('log_dropped_total', { reason: 'destination' });

test('a file that is full is rolled before the line that would make it larger', () => {
  const log = logger({ maxBytes: 1000, keepFiles: 3 });
  for (let i = 0; i < 100; i++) log.info({ i }, 'x'.repeat(100));
  for (const name of files()) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1000);
  // Three full files and the one that is being written.
  expect(files()).toHaveLength(4);
  expect(
    files()
      .flatMap((name) => linesOf(name))
      .map(({ i }) => Number(i))
      .sort((a, b) => a - b)
      .at(-1),
  ).toBe(99);
});

test('a line that is larger than the limit stands alone', () => {
  const log = logger({ maxBytes: 300 });
  log.info('short');
  log.info('x'.repeat(1000));
  log.info('short');
  expect(files()).toHaveLength(3);
  expect(files().map((name) => linesOf(name).length)).toEqual([1, 1, 1]);
});

test('a new day begins a new file', () => {
  const log = logger();
  log.info('evening');
  clock.advance(120_000);
  log.info('morning');
  expect(files()).toEqual(['app.2026-11-22.log', 'app.log']);
  expect(linesOf('app.2026-11-22.log')[0]).toMatchObject({ msg: 'evening' });
  expect(linesOf('app.log')[0]).toMatchObject({ msg: 'morning' });
});

test('full files and days are kept by rules of their own', () => {
  for (let day = 1; day <= 21; day++) {
    const text = String(day).padStart(2, '0');
    writeFileSync(join(folder, `app.2026-11-${text}.log`), '{}\n');
    for (let n = 1; n <= 2; n++) writeFileSync(join(folder, `app.2026-11-${text}.${n}.log`), '{}\n');
  }
  for (const other of ['app.2026-11-01.txt', 'other.2026-11-01.log', 'app.2026.log', 'audit-app.2026-11-01.log']) {
    writeFileSync(join(folder, other), 'not ours\n');
  }
  logger({ keepFiles: 5, keepDays: 10 }).info('now');
  const kept = files();
  expect(kept.filter((name) => /^app\.2026-11-\d\d\.log$/.test(name))).toEqual(
    Array.from({ length: 10 }, (_, i) => `app.2026-11-${12 + i}.log`),
  );
  expect(kept.filter((name) => /^app\.2026-11-\d\d\.\d\.log$/.test(name))).toEqual([
    'app.2026-11-19.2.log',
    'app.2026-11-20.1.log',
    'app.2026-11-20.2.log',
    'app.2026-11-21.1.log',
    'app.2026-11-21.2.log',
  ]);
  expect(kept).toEqual(
    expect.arrayContaining(['app.2026-11-01.txt', 'app.2026.log', 'audit-app.2026-11-01.log', 'other.2026-11-01.log']),
  );
});

test('only the size counts where daily is off', () => {
  const log = logger({ maxBytes: 10_000, daily: false });
  log.info('evening');
  clock.advance(2 * 86_400_000);
  log.info('two days later');
  expect(files()).toEqual(['app.log']);
});

test('a restart goes on in the file, ends a line that a crash broke off, and rolls what is of an earlier day', () => {
  writeFileSync(file, '{"i":1}\n{"i":');
  utimesSync(file, clock.now() / 1000, clock.now() / 1000);
  logger().info('again');
  const text = readFileSync(file, 'utf8');
  expect(text.split('\n').slice(0, 2)).toEqual(['{"i":1}', '{"i":']);
  expect(JSON.parse(text.split('\n')[2] ?? '')).toMatchObject({ msg: 'again' });
});

test('a file that was last written on an earlier day is rolled by its own day', () => {
  writeFileSync(file, '{"i":1}\n');
  utimesSync(file, Date.UTC(2026, 10, 20, 12) / 1000, Date.UTC(2026, 10, 20, 12) / 1000);
  logger().info('today');
  expect(files()).toEqual(['app.2026-11-20.log', 'app.log']);
});

test('the numbers of full files go on after a restart, compressed ones included', async () => {
  writeFileSync(join(folder, 'app.2026-11-22.7.log.gz'), '');
  const log = logger({ maxBytes: 200 });
  log.info('x'.repeat(100));
  log.info('x'.repeat(100));
  expect(files()).toContain('app.2026-11-22.8.log');
});

test('two loggers on the same name do not meet in a file', () => {
  logger().info('one');
  logger().info('two');
  expect(files()).toEqual(['app.log', 'app.log'].map((_, i) => (i === 0 ? 'app.log' : 'app.p2.log')));
});

test('a file that others rename, as logrotate does, is opened anew within a second', () => {
  const log = logger(false);
  log.info('before');
  renameSync(file, join(folder, 'app.log.1'));
  clock.advance(1000);
  log.info('after');
  expect(linesOf('app.log.1')).toHaveLength(1);
  expect(linesOf('app.log')[0]).toMatchObject({ msg: 'after' });
});

test('a deleted folder is made again, and what was written in between is rescued', () => {
  const log = logger();
  log.info('before');
  clock.advance(1000);
  log.info('checked');
  rmSync(folder, { recursive: true });
  log.info('into the void');
  clock.advance(1000);
  log.info('after');
  expect(linesOf('app.log').map(({ msg }) => msg)).toEqual(['checked', 'into the void', 'after']);
  expect(lost()).toBe(0);
});

test('a file that was cut off by others grows from there', () => {
  const log = logger({ maxBytes: 5000 });
  log.info('x'.repeat(4000));
  writeFileSync(file, '');
  clock.advance(1000);
  log.info('y'.repeat(3000));
  expect(files()).toEqual(['app.log']);
});

test('a full disk costs lines and not the service, is counted, and is over when there is room', () => {
  symlinkSync('/dev/full', file);
  const log = logger();
  for (let i = 0; i < 5; i++) log.info({ i }, 'no room');
  expect(lost()).toBe(5);
  unlinkSync(file);
  clock.advance(1000);
  log.info('room');
  expect(linesOf('app.log').map(({ msg }) => msg)).toEqual(['room', 'lines were lost']);
  expect(linesOf('app.log')[1]).toMatchObject({
    level: 40,
    name: 'sightline.logger',
    lost: 5,
    reason: expect.stringContaining('ENOSPC'),
  });
});

test('flush() rejects while lines are being lost', async () => {
  symlinkSync('/dev/full', file);
  const log = logger();
  log.info('no room');
  await expect(log.flush()).rejects.toThrow('1 lines of');
});

test('a named pipe without a reader costs lines and not the service, and gets them when there is a reader', () => {
  execFileSync('mkfifo', [file]);
  const log = logger();
  log.info('unread');
  clock.advance(1500);
  const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    log.info('read');
    const bytes = Buffer.alloc(65_536);
    const received = parseLines(bytes.toString('utf8', 0, readSync(reader, bytes)));
    expect(received.map(({ msg }) => msg)).toEqual(['read', 'lines were lost']);
    expect(received[1]).toMatchObject({ lost: 1 });
  } finally {
    closeSync(reader);
  }
});

test('a folder where a file should be is no reason to throw', () => {
  mkdirSync(file);
  const log = logger();
  log.info('nowhere');
  log.info('nowhere');
  expect(lost()).toBe(2);
  rmSync(file, { recursive: true });
  clock.advance(1000);
  log.info('here');
  expect(linesOf('app.log')[0]).toMatchObject({ msg: 'here' });
});

test.skipIf(process.getuid?.() === 0)('a folder that may not be written to is no reason to throw', () => {
  chmodSync(folder, 0o500);
  const log = logger();
  log.info('forbidden');
  expect(lost()).toBe(1);
  chmodSync(folder, 0o700);
  clock.advance(1000);
  log.info('allowed');
  expect(linesOf('app.log')[0]).toMatchObject({ msg: 'allowed' });
});

test('a line that is logged after close() is written, too', async () => {
  const log = logger();
  log.info('before');
  await log.shutdown();
  expect(existsSync(`${file}.lock`)).toBe(false);
  log.info('after');
  expect(linesOf('app.log').map(({ msg }) => msg)).toEqual(['before', 'after']);
});

test('an external copy of the file is appended to and never overwritten', () => {
  const log = logger(false);
  log.info('one');
  appendFileSync(file, '{"msg":"by others"}\n');
  log.info('two');
  expect(linesOf('app.log').map(({ msg }) => msg)).toEqual(['one', 'by others', 'two']);
});

test.each<[RotateOptions, string]>([
  [{ maxBytes: 0 }, 'rotate.maxBytes is 0'],
  [{ keepFiles: -1 }, 'rotate.keepFiles is -1'],
  [{ keepDays: 1.5 }, 'rotate.keepDays is 1.5'],
])('%j cannot work, and says so', (rotate, message) => {
  expect(() => logger(rotate)).toThrow(message);
});
