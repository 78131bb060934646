import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../src/index.js';
import { parseLines } from './strict-json.js';

const streams = ['stdout', 'stderr'] as const;
const own = {
  stdout: Object.getOwnPropertyDescriptor(process, 'stdout'),
  stderr: Object.getOwnPropertyDescriptor(process, 'stderr'),
};

describe.each(streams)('%s', (name) => {
  let written: string[];
  beforeEach(() => {
    written = [];
  });
  afterEach(() => {
    Object.defineProperty(process, name, own[name] as PropertyDescriptor);
  });

  function replace(stream: object): void {
    Object.defineProperty(process, name, { configurable: true, value: stream });
  }

  const messages = (): unknown[] => parseLines(written.join('')).map(({ msg }) => msg);

  test('a write that was replaced when the logger is made gets the lines', () => {
    replace(Object.assign(Object.create(process[name]), { write: (text: string) => written.push(text) > 0 }));
    const log = createLogger({ destination: name });
    log.info('one');
    log.child({ of: 'child' }).warn('two');
    expect(messages()).toEqual(['one', 'two']);
  });

  test('a stream that was put in its place gets them, a buffered logger’s too', async () => {
    replace(
      new Writable({
        write(chunk, _encoding, callback) {
          written.push(String(chunk));
          callback();
        },
      }),
    );
    const log = createLogger({ destination: { to: name, buffer: true } });
    log.info('one');
    await log.shutdown();
    expect(messages()).toEqual(['one']);
  });

  test('what is replaced later is not asked', () => {
    const log = createLogger({ destination: name, level: 'silent' });
    replace({ fd: name === 'stdout' ? 1 : 2, write: (text: string) => written.push(text) });
    log.info('one');
    expect(written).toEqual([]);
  });

  test('a replacement that throws costs its lines, which are counted, and never the service', async () => {
    let isBroken = true;
    replace({
      write(text: string) {
        if (isBroken) throw new Error('no');
        written.push(text);
      },
    });
    const log = createLogger({ destination: name });
    log.info('lost');
    await expect(log.flush()).rejects.toThrow('1 lines were lost');
    isBroken = false;
    log.info('one');
    expect(messages()).toEqual(['one', 'lines were lost']);
  });

  test('a stream that fails later does not end the process for a line of the log', async () => {
    const failing = new Writable({ write: (_chunk, _encoding, callback) => setImmediate(callback, new Error('no')) });
    replace(failing);
    createLogger({ destination: name }).info('one');
    await new Promise((resolve) => failing.once('close', resolve)); // an error without a listener would have failed the test
  });

  test('flushing waits until the stream has written, and no second time for one that never calls back', async () => {
    const waiting: Array<() => void> = [];
    replace({ write: (_text: string, _encoding: string, callback: () => void) => waiting.push(callback) });
    const log = createLogger({ destination: name });
    log.info('one');
    let isFlushed = false;
    const flushed = log.flush().then(() => {
      isFlushed = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isFlushed).toBe(false);
    waiting[0]?.();
    await flushed;
    log.info('two');
    await log.flush();
    const flushedAgain = log.flush().then(() => 'flushed');
    const waited = new Promise((resolve) => setTimeout(resolve, 400, 'waited')); // it would be 500
    expect(await Promise.race([flushedAgain, waited])).toBe('flushed');
  });

  test('a replacement that logs what it gets does not go round in circles', () => {
    const log: { current?: ReturnType<typeof createLogger> } = {};
    let calls = 0;
    replace({
      write(text: string) {
        calls++;
        log.current?.debug({ text }, 'a line passed');
      },
    });
    log.current = createLogger({ destination: name, level: 'info' });
    log.current.info('one');
    expect(calls).toBe(1);
  });
});
