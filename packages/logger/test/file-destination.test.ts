import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@sightline/logger';
import { fileDestination } from '@sightline/logger/file';
import { fakeClock } from '@sightline/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseLines } from './strict-json.js';

// The file as a thing of its own; how it is rolled, kept and shared is in files.test.ts and file-locks.test.ts.
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-file-'));
  file = join(folder, 'app.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const files = (): string[] => readdirSync(folder).sort();
const messages = (): unknown[] => parseLines(readFileSync(file, 'utf8')).map(({ msg }) => msg);

test('plain pino writes to it, and it is rolled', async () => {
  const clock = fakeClock({ nowMs: Date.UTC(2026, 10, 22, 23, 59) });
  const destination = fileDestination({ file, clock });
  const log = pino(destination);
  log.info('the first day');
  clock.setTime(Date.UTC(2026, 10, 23));
  log.info('the second day');
  await new Promise<void>((resolve, reject) => log.flush((error) => (error ? reject(error) : resolve())));
  await destination.shutdown();
  expect(files()).toEqual(['app.2026-11-22.log', 'app.log']);
  expect(messages()).toEqual(['the second day']);
});

test('it is a destination of a logger, with the options that a file of the logger has', async () => {
  const destination = fileDestination({ file, rotate: { maxBytes: 200, keepFiles: 1 }, buffer: { size: 10_000 } });
  const log = createLogger({ env: {}, destination });
  for (let i = 0; i < 5; i++) log.info({ filling: 'x'.repeat(100) }, `line ${i}`);
  expect(files()).toEqual([]);
  await log.shutdown();
  expect(messages()).toEqual(['line 4']);
  expect(files()).toHaveLength(2);
});

test('it says what it lost, and when it writes again', async () => {
  const clock = fakeClock();
  const seen: unknown[] = [];
  const observer = {
    lost: (count: number) => void seen.push(count),
    recovered: (lost: number, _reason: string, subject: string) => void seen.push([lost, subject]),
  };
  mkdirSync(file);
  const destination = fileDestination({ file: join(file, 'below.log'), clock, observer, rotate: false });
  rmSync(file, { recursive: true });
  mkdirSync(join(file, 'below.log'), { recursive: true });
  destination.write('a\nb\n');
  rmSync(file, { recursive: true });
  await clock.advance(1000);
  destination.write('c\n');
  await destination.shutdown();
  expect(seen).toEqual([2, [2, `the file ${join(file, 'below.log')}`]]);
});

test('options that cannot work are refused, with what to give', () => {
  expect(() => fileDestination({ file: '' })).toThrow('file is "": give a path, such as');
  expect(() => fileDestination({ file, rotation: {} } as never)).toThrow(
    'fileDestination has an unknown option "rotation". Its options are file, rotate, buffer, observer, clock.',
  );
  expect(() => fileDestination({ file, rotate: { keepFiles: -1 } })).toThrow('keepFiles');
  expect(() => fileDestination(undefined as never)).toThrow();
});
