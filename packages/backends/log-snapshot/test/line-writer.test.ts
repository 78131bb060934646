import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { destination, multistream, pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { destinationWriter, lineWriter } from '../src/line-writer.js';

function memory(): { stream: Writable; lines: () => unknown[] } {
  let text = '';
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  return {
    stream,
    lines: () =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
  };
}

const plainLine = { level: 30, time: expect.any(Number), msg: 'metrics', metrics: { secret: 1 } };

describe("a pino logger's level, layout and redaction do not touch the line", () => {
  test.each<[string, pino.LoggerOptions]>([
    ['level', { level: 'silent' }],
    ['redaction', { redact: ['metrics.secret', '*.secret'] }],
    ['keys', { messageKey: 'message', nestedKey: 'context', timestamp: false, base: { service: 's' } }],
    ['formatters', { formatters: { level: (label) => ({ severity: label }), log: () => ({ gone: true }) } }],
    [
      'mixin and hooks',
      { mixin: () => ({ metrics: 'mixed in' }), hooks: { logMethod: () => {}, streamWrite: () => '' } },
    ],
    ['serializers', { serializers: { metrics: () => 'serialized' } }],
  ])('%s', (_, options) => {
    const { stream, lines } = memory();
    lineWriter(pino(options, stream)).write({ metrics: { secret: 1 } });
    expect(lines()).toEqual([plainLine]);
  });

  test('bindings of a child', () => {
    const { stream, lines } = memory();
    lineWriter(pino(stream).child({ request_id: 'r' }, { level: 'error' })).write({ metrics: { secret: 1 } });
    expect(lines()).toEqual([plainLine]);
  });
});

test('several destinations each get the line by their own level, as one of level info', () => {
  const [all, errors] = [memory(), memory()];
  const logger = pino(
    { level: 'silent' },
    multistream([
      { level: 'debug', stream: all.stream },
      { level: 'error', stream: errors.stream },
    ]),
  );
  lineWriter(logger).write({ metrics: { secret: 1 } });
  expect([all.lines(), errors.lines()]).toEqual([[plainLine], []]);
});

test("a destination does not get another logger's configuration", () => {
  const received: unknown[] = [];
  const stream = Object.assign(memory().stream);
  const logger = pino({ messageKey: 'message' }, stream);
  stream.on('message', (message: unknown) => received.push(message));
  lineWriter(logger).write({ metrics: {} });
  expect(received).toEqual([]);
});

test('any object with info gets the fields and the message', () => {
  const calls: unknown[] = [];
  lineWriter({ info: (fields, message) => calls.push([fields, message]) }).write({ metrics: { a: 1 } });
  expect(calls).toEqual([[{ metrics: { a: 1 } }, 'metrics']]);
});

describe('an output', () => {
  test('has each line as soon as it was written', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'log');
    const writer = destinationWriter(destination({ dest: file, sync: true }));
    writer.write({ metrics: { secret: 1 } });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(plainLine);
    expect(writer.takeError()).toBeUndefined();
  });

  test.skipIf(!existsSync('/dev/full'))('that is full says so after each line, and does not throw', () => {
    const writer = destinationWriter(destination({ dest: '/dev/full', sync: true }));
    for (let i = 0; i < 2; i++) {
      writer.write({ metrics: {} });
      expect(writer.takeError()).toMatchObject({ code: 'ENOSPC' });
      expect(writer.takeError()).toBeUndefined();
    }
  });

  test('that has no reader any more stays lost', () => {
    const output = destination({ dest: '/dev/null', sync: true });
    const writer = destinationWriter(output);
    output.emit('error', Object.assign(new Error('broken pipe'), { code: 'EPIPE' }));
    for (let i = 0; i < 2; i++) {
      writer.write({ metrics: {} });
      expect(writer.takeError()).toMatchObject({ code: 'EPIPE' });
    }
  });
});
