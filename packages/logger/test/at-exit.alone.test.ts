import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { atExit } from '../src/destinations/at-exit.js';
import { createLogger } from '../src/index.js';

test('any number of loggers, buffers and files take one listener, and give it back when they are closed', async () => {
  const before = process.listenerCount('exit');
  const loggers = Array.from({ length: 20 }, (_, i) =>
    createLogger({
      destination: { file: join(tmpdir(), `sightline-exit-${process.pid}`, `${i}.log`), buffer: true },
      repeats: { max: 10 },
    }),
  );
  for (const log of loggers) log.info('here');
  await Promise.all(loggers.map((log) => log.flush()));
  expect(process.listenerCount('exit')).toBe(before + 1);
  await Promise.all(loggers.map((log) => log.shutdown()));
  expect(process.listenerCount('exit')).toBe(before);
});

test('any number of loggers that log uncaught exceptions take one listener, and each logs', async () => {
  const before = new Set(process.listeners('uncaughtExceptionMonitor'));
  const messages: string[] = [];
  const write = (line: string): void => void messages.push(JSON.parse(line).msg);
  const loggers = Array.from({ length: 20 }, () => createLogger({ logsUncaught: true, destination: { write } }));
  const added = process.listeners('uncaughtExceptionMonitor').filter((listener) => !before.has(listener));
  expect(added).toHaveLength(1);
  added[0]?.(new Error('boom'), 'uncaughtException');
  expect(messages).toEqual(Array.from({ length: 20 }, () => 'Uncaught exception'));
  await Promise.all(loggers.map((log) => log.shutdown()));
  expect(process.listenerCount('uncaughtExceptionMonitor')).toBe(before.size);
});

test('at the end summaries become lines before buffers are written, and files are released last, whatever fails', async () => {
  vi.resetModules();
  const copy = await import('../src/destinations/at-exit.js');
  expect(copy.atExit).not.toBe(atExit);
  const before = new Set(process.listeners('exit'));
  const acts: string[] = [];
  const leave = [
    atExit('release', () => acts.push('release')),
    copy.atExit('write', () => {
      acts.push('write');
      throw new Error('a full disk');
    }),
    atExit('write', () => acts.push('write, too')),
    copy.atExit('say', () => acts.push('say')),
  ];
  const added = process.listeners('exit').filter((listener) => !before.has(listener));
  expect(added).toHaveLength(1);
  added[0]?.(0);
  for (const each of leave) each();
  expect(acts).toEqual(['say', 'write', 'write, too', 'release']);
});
