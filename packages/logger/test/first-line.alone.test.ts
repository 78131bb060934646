import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { runWithContext } from '@sightline/context';
import { createLogger, type Logger, type LoggerOptions } from '@sightline/logger';
import { fakeClock } from '@sightline/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

type Line = Readonly<Record<string, unknown>>;

function captured(options: LoggerOptions = {}): { log: Logger; lines: Line[] } {
  const lines: Line[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as Line);
  return { log: createLogger({ env: {}, clock: fakeClock(), destination: { write }, ...options }), lines };
}

function inSpan(ids: { traceId: string; spanId: string }, fn: () => void): void {
  context.with(trace.setSpanContext(ROOT_CONTEXT, { ...ids, traceFlags: 1 }), fn);
}

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('ids of a span that are none are not written', () => {
  const wrong = {
    'a letter behind f': 'g',
    'upper case': 'A',
    'a character whose last bits are those of a digit': '\u0131',
    'half of a surrogate pair': '\ud861',
    'a character that JSON escapes': '"',
  };
  test.each(Object.entries(wrong))('%s', (_name, character) => {
    for (const index of [0, 13, 31]) {
      const { log, lines } = captured();
      const changed = traceId.slice(0, index) + character + traceId.slice(index + 1);
      inSpan({ traceId: changed, spanId }, () => log.info('m'));
      expect(lines[0]).not.toHaveProperty('trace_id');
    }
  });

  test('and those that are, stand on the line', () => {
    const { log, lines } = captured();
    inSpan({ traceId, spanId }, () => log.info('m'));
    expect(lines[0]).toMatchObject({ trace_id: traceId, span_id: spanId, trace_flags: 1 });
  });
});

describe('contexts with other fields than the one before', () => {
  test('show their own', () => {
    const { log, lines } = captured();
    const write = (fields: object): void => runWithContext(fields, () => log.info('m'));
    write({ correlation_id: 'c', request_id: 'r1', user_id: 'u' });
    write({ correlation_id: 'c', request_id: 'r2' });
    write({ correlation_id: 'c', request_id: 'r3', tenant_id: 't' });
    write({ correlation_id: 'c', tenant_id: 't', request_id: 'r4' });
    const shown = lines.map(({ request_id, user_id, tenant_id }) => [request_id, user_id, tenant_id]);
    expect(shown).toEqual([
      ['r1', 'u', undefined],
      ['r2', undefined, undefined],
      ['r3', undefined, 't'],
      ['r4', undefined, 't'],
    ]);
  });
});

describe('keys in another order than before', () => {
  test('keep their values and their secrecy', () => {
    const { log, lines } = captured();
    log.info({ a: 1, b: 2, password: 'x' }, 'm');
    log.info({ password: 'x', b: 2, a: 1 }, 'm');
    log.info({ b: 2, password: 'x' }, 'm');
    expect(lines.map(({ a, b, password }) => [a, b, password])).toEqual([
      [1, 2, '[Redacted]'],
      [1, 2, '[Redacted]'],
      [undefined, 2, '[Redacted]'],
    ]);
  });

  test('also after so many that some are forgotten', () => {
    const { log, lines } = captured();
    for (let i = 0; i < 2100; i++) log.info({ [`key_${i}`]: i, token: 't' }, 'm');
    log.info({ key_5: 5, token: 't', key_2099: 6 }, 'm');
    expect(lines.at(-1)).toMatchObject({ key_5: 5, token: '[Redacted]', key_2099: 6 });
  });
});

describe('strings that come again', () => {
  const longer = 'lorem ipsum dolor sit amet '.repeat(6);
  const strings: Readonly<Record<string, readonly [string, string]>> = {
    'a path': ['/orders/17', '/orders/17'],
    'a path with two slashes': ['/next//password=abc', '/next//password=[Redacted]'],
    'a URL': ['https://me:secret@host/x', 'https://me:[Redacted]@host/x'],
    'a card number in a path': ['/pay/4111111111111111', '/pay/[Redacted]'],
    'an element': ['<password>abc</password>', '<password>[Redacted]</password>'],
    'a long text': [longer, longer],
    'a long text with quotes': [`"${longer}"`, `"${longer}"`],
    'a long text with a secret': [`${longer} token=abc123`, `${longer} token=[Redacted]`],
    'a long text with half a character': [`${longer}\ud800`, `${longer}\ufffd`],
  };
  test.each(Object.entries(strings))('%s is the same on every line, and in every record', (_name, [given, shown]) => {
    const records: unknown[] = [];
    const { log, lines } = captured({ sink: { emit: ({ attributes }) => void records.push(attributes['text']) } });
    for (let i = 0; i < 4; i++) log.info({ text: given }, 'm');
    expect(lines.map(({ text }) => text)).toEqual([shown, shown, shown, shown]);
    expect(records).toEqual([shown, shown, shown, shown]);
  });
});
