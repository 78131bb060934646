import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { type Log, outageLog, safeLog } from '../src/index.js';

const failing: Log = {
  info() {
    throw new Error('disk full');
  },
  warn: async () => {
    throw new Error('disk full');
  },
  error() {
    throw null;
  },
};

test('a log that throws or rejects fails no caller', async () => {
  const rejections: unknown[] = [];
  const listener = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', listener);
  const log = safeLog(failing);
  log.info({}, 'a');
  log.warn({}, 'b');
  log.error({}, 'c');
  await new Promise(setImmediate);
  process.off('unhandledRejection', listener);
  expect(rejections).toEqual([]);
});

test.each<[string, () => unknown]>([
  ['a promise of a subclass', () => class Query extends Promise<void> {}.reject(new Error('disk full'))],
  ['a promise of another realm', () => runInNewContext('Promise.reject(new Error("disk full"))')],
  [
    'a promise whose catch throws',
    () => Object.assign(Promise.reject(new Error('disk full')), { catch: () => fail() }),
  ],
  ['a thenable', () => thenable(Promise.reject(new Error('disk full')))],
  ['a thenable that throws', () => Object.defineProperty({}, 'then', { get: fail })],
])('%s that rejects fails nobody', async (_, given) => {
  const rejections: unknown[] = [];
  const listener = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', listener);
  const log = safeLog({ info: given, warn: given, error: given });
  log.info({}, 'a');
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off('unhandledRejection', listener);
  expect(rejections).toEqual([]);
});

function fail(): never {
  throw new Error('disk full');
}

function thenable(promise: Promise<unknown>): object {
  // biome-ignore lint/suspicious/noThenProperty: that is what is tried
  return { then: (onValue: () => void, onError: () => void) => promise.then(onValue, onError) };
}

test('passes on fields and message, on the log itself', () => {
  class Counting implements Log {
    readonly lines: unknown[] = [];
    info(fields: object, message: string): void {
      this.lines.push(['info', fields, message]);
    }
    warn(fields: object, message: string): void {
      this.lines.push(['warn', fields, message]);
    }
    error(fields: object, message: string): void {
      this.lines.push(['error', fields, message]);
    }
  }
  const target = new Counting();
  const log = safeLog(target);
  log.info({ a: 1 }, 'one');
  log.warn({}, 'two');
  log.error({}, 'three');
  expect(target.lines).toEqual([
    ['info', { a: 1 }, 'one'],
    ['warn', {}, 'two'],
    ['error', {}, 'three'],
  ]);
});

test('a safe log is not wrapped again', () => {
  const log = safeLog(failing);
  expect(safeLog(log)).toBe(log);
  expect(log).not.toBe(failing);
});

test('an outage is two lines, however often it fails', () => {
  const lines: string[] = [];
  const log: Log = {
    info: (_fields, message) => void lines.push(`info ${message}`),
    warn: (fields, message) => void lines.push(`warn ${message} ${JSON.stringify(Object.keys(fields))}`),
    error: () => {},
  };
  let nowMs = 1000;
  const outage = outageLog({ subject: 'otlp', what: 'Sending spans', clock: { monotonicMs: () => nowMs }, log });
  outage.worked(() => 'never asked');
  outage.failed('refused.', new Error('refused'));
  outage.failed('refused again.');
  expect(outage.isDown).toBe(true);
  nowMs = 3400;
  outage.worked(() => '5 spans were lost.');
  outage.worked(() => 'never asked');
  expect(outage.isDown).toBe(false);
  expect(lines).toEqual([
    'warn [otlp] Sending spans failed: refused. Further failures are not logged until it works again. ["peer","err"]',
    'info [otlp] Sending spans works again after 2 s. 5 spans were lost.',
  ]);
});
