import { once } from 'node:events';
import { existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledService, ended, outputOf, type ServiceBundle } from './service-process.js';
import { parseLines } from './strict-json.js';

let service: ServiceBundle;
let reading: ServiceBundle;
beforeAll(async () => {
  service = await bundledService('dying-service');
  reading = await bundledService('reading-service');
});
afterAll(async () => {
  await service.remove();
  await reading.remove();
});

const LINES = 5000;
const deaths = ['natural end', 'exit', 'exception', 'rejection', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const;
const signals: ReadonlyArray<(typeof deaths)[number]> = ['SIGTERM', 'SIGHUP', 'SIGKILL'];

/** The lines of the burst that arrived: whole, in order, each once. */
function arrived(text: string): number {
  const numbers = parseLines(text).map(({ i }) => i);
  expect(numbers).toEqual(numbers.map((_, index) => index));
  return numbers.length;
}

async function burst(to: string, death: string): Promise<number> {
  const file = join(service.folder, `${to}-${death}`.replaceAll(' ', '-'), 'app.log');
  const child = service.start([to, death, file]);
  const output = outputOf(child);
  const { code, signal } = await ended(child);
  expect({ code, signal }).toEqual(endOf(death));
  if (output() !== '') return arrived(output());
  if (!existsSync(file)) return 0;
  const folder = join(file, '..');
  // Full files before the active one, in the order of their numbers.
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort((a, b) => numberOf(a) - numberOf(b));
  return arrived(files.map((name) => readFileSync(join(folder, name), 'utf8')).join(''));
}

function numberOf(name: string): number {
  return Number(/\.(\d+)\.log$/.exec(name)?.[1] ?? Number.POSITIVE_INFINITY);
}

function endOf(death: string): { code: number | null; signal: string | null } {
  if (death.startsWith('SIG')) return { code: null, signal: death };
  return { code: death === 'exception' || death === 'rejection' ? 1 : 0, signal: null };
}

describe.each(['stdout', 'stdout without blocking', 'file', 'rotating file'])('%s', (to) => {
  test.each(deaths)('loses nothing: %s', async (death) => {
    expect(await burst(to, death)).toBe(LINES);
  });
});

describe.each(['buffered stdout', 'buffered file'])('%s', (to) => {
  test.each(deaths.filter((death) => !signals.includes(death)))('loses nothing: %s', async (death) => {
    expect(await burst(to, death)).toBe(LINES);
  });

  test.each(signals)('loses at most what it holds back: %s', async (death) => {
    const count = await burst(to, death);
    // 64 KB of lines of about 110 bytes
    expect(count).toBeGreaterThan(LINES - 700);
    expect(count).toBeLessThan(LINES);
  });
});

test.each(deaths.filter((death) => !signals.includes(death)))(
  'how often a line was held back is said: %s',
  async (death) => {
    const child = service.start(['a buffer with repeats held back', death]);
    const output = outputOf(child);
    await ended(child);
    expect(parseLines(output()).map(({ suppressed }) => suppressed)).toEqual([undefined, LINES - 1]);
  },
);

describe('a transport in a worker thread', () => {
  test.each(deaths.filter((death) => !signals.includes(death)))('loses nothing: %s', async (death) => {
    expect(await burst('transport', death)).toBe(LINES);
  });

  test.each(signals)('loses the last burst: %s', async (death) => {
    expect(await burst('transport', death)).toBeLessThan(LINES);
  });
});

test('standard output to a file loses nothing either', async () => {
  const file = join(service.folder, 'redirected.log');
  const child = service.start(['stdout', 'SIGKILL'], { stdio: ['ignore', openSync(file, 'w'), 'inherit'] });
  await ended(child);
  expect(arrived(readFileSync(file, 'utf8'))).toBe(LINES);
});

test.each(['stdout', 'stdout without blocking'])('a slow reader of a full pipe loses nothing: %s', async (to) => {
  const child = service.start([to, 'SIGTERM']);
  let text = '';
  const { stdout } = child;
  if (stdout === null) throw new Error('no pipe');
  // A kilobyte per turn of the event loop, so that the pipe is full nearly all the time.
  const over = once(stdout, 'end');
  stdout.on('readable', function take() {
    const piece: Buffer | null = stdout.read(Math.min(1024, stdout.readableLength || 1024));
    if (piece === null) return;
    text += piece.toString();
    setImmediate(take);
  });
  await over;
  expect(arrived(text)).toBe(LINES);
});

test('a service whose reader has gone lives on, counts and says it once', async () => {
  const child = reading.start([]);
  let errors = '';
  const said = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (errors.includes(text)) resolve();
      };
      child.stderr?.on('data', look);
      look();
    });
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    errors += piece;
  });
  await said('ready');
  child.stdout?.destroy();
  await once(child.stdout ?? child, 'close');
  child.stdin?.write('go\n');
  await said('lost 100');
  child.stdin?.write('go\n');
  await said('lost 200');
  child.stdin?.end();
  expect(await ended(child)).toEqual({ code: 0, signal: null });
  expect(errors.match(/Cannot write to standard output: EPIPE/g)).toHaveLength(1);
});

test('what a listener of the service writes at the exit is written, too', async () => {
  const child = service.start(['buffered stdout', 'exit with a last line']);
  const output = outputOf(child);
  await ended(child);
  expect(parseLines(output()).at(-1)).toMatchObject({ msg: 'the last line' });
});

test('close() truly waits, whatever comes next', async () => {
  for (const to of ['buffered stdout', 'buffered file', 'transport', 'several transports', 'rotating file']) {
    const file = join(service.folder, `closed-${to}`.replaceAll(' ', '-'), 'app.log');
    const child = service.start([to, 'close', file]);
    const output = outputOf(child);
    expect(await ended(child), `${to}: the process ended before close() did`).toEqual(endOf('SIGKILL'));
    const folder = join(file, '..');
    const texts = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.log')) : [];
    const text = output() + texts.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
    expect(parseLines(text), to).toHaveLength(LINES);
  }
});
