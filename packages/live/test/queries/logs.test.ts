import { expect, test } from 'vitest';
import type { LogsAnswer } from '../../src/model/answers.js';
import { spanId, testStore, traceId } from '../store/test-store.js';

const messages = ({ lines }: LogsAnswer): string[] => lines.map(({ message }) => message);

test('the newest first, with what a line is about', () => {
  const { log, get } = testStore();
  log({ body: 'one' });
  log({
    body: 'two',
    service: 'stock',
    logger: 'db',
    severityNumber: 17,
    attributes: ['rows', 5],
    traceId: traceId(1),
    spanId: spanId(2),
    atMs: 1.5,
  });
  const { lines, ...rest } = get<LogsAnswer>('logs');
  expect(lines[0]).toMatchObject({
    id: '2',
    service: 'stock',
    level: 'error',
    logger: 'db',
    message: 'two',
    attributes: { rows: 5 },
    traceId: traceId(1),
    spanId: spanId(2),
  });
  expect(rest).toEqual({ matching: 2, kept: 2, overwritten: 0, skipped: 0, cursor: '2' });
});

test.each([
  [0, undefined, 'info'],
  [1, undefined, 'trace'],
  [8, undefined, 'debug'],
  [9, 'ERROR', 'info'],
  [13, undefined, 'warn'],
  [20, undefined, 'error'],
  [24, undefined, 'fatal'],
  [99, undefined, 'fatal'],
  [0, 'WARNING', 'warn'],
  [0, 'critical', 'fatal'],
  [0, 'toString', 'info'],
])('severity %s %s is %s', (severityNumber, severityText, level) => {
  const { log, get } = testStore();
  log({ severityNumber, severityText });
  expect(get<LogsAnswer>('logs').lines[0]?.level).toBe(level);
});

test('a body that is no string is shown as JSON', () => {
  const { log, get } = testStore();
  log({ body: { msg: 'hello', n: 1n, list: [true, null] } });
  log({ body: undefined, eventName: 'started' });
  log({ body: Uint8Array.of(1, 2, 3) });
  expect(messages(get('logs'))).toEqual(['AQID', 'started', '{"msg":"hello","n":"1","list":[true,null]}']);
});

test('an event with a topic is a message, not a line', () => {
  const { log, get, broadcaster } = testStore();
  log({
    eventName: 'OrderPlaced',
    body: { order: 7 },
    traceId: traceId(1),
    attributes: [
      ...['sightline.topic', 'events', 'sightline.source', 'orders', 'messaging.message.id', 'm-1'],
      ...['messaging.message.conversation_id', 'c-1', 'sightline.causation_id', 'm-0'],
    ],
  });
  expect(get<LogsAnswer>('logs').kept).toBe(0);
  expect(broadcaster.published).toEqual([
    expect.objectContaining({
      topic: 'events',
      type: 'OrderPlaced',
      payload: { order: 7 },
      source: 'orders',
      messageId: 'm-1',
      correlationId: 'c-1',
      causationId: 'm-0',
      traceId: traceId(1),
    }),
  ]);
});

test('an event without a topic is a line', () => {
  const { log, get, broadcaster } = testStore();
  log({ eventName: 'device.app.lifecycle', body: 'started' });
  log({ body: 'without a name', attributes: ['sightline.topic', 'events'] });
  expect(get<LogsAnswer>('logs').kept).toBe(2);
  expect(broadcaster.published).toEqual([]);
});

test.each([
  ['reset', ['Connection reset by db-1']],
  ['CONNECTION db-1', ['Connection reset by db-1']],
  ['"reset by"', ['Connection reset by db-1']],
  ['user=42', ['Login']],
  ['user="Ada L"', ['Logout']],
  ['user=4', []],
  ['service=stock', ['Logout']],
  ['level=error', ['Connection reset by db-1']],
  ['logger=pool', ['Connection reset by db-1']],
  ['nothing', []],
  ['"', ['Logout', 'Login', 'Connection reset by db-1']],
])('the filter %s finds', (filter, expected) => {
  const { log, get } = testStore();
  log({ body: 'Connection reset by db-1', severityNumber: 17, logger: 'pool' });
  log({ body: 'Login', attributes: ['user', 42] });
  log({ body: 'Logout', service: 'stock', attributes: ['user', 'Ada L'] });
  expect(messages(get(`logs?filter=${encodeURIComponent(filter)}`))).toEqual(expected);
});

test('the lowest level, the service, the trace and the span', () => {
  const { log, get, clock } = testStore();
  log({ body: 'a', severityNumber: 5, traceId: traceId(1), spanId: spanId(1) });
  log({ body: 'b', severityNumber: 13, service: 'stock' });
  log({ body: 'c', severityNumber: 21, traceId: traceId(1), spanId: spanId(2) });
  expect(messages(get('logs?level=warn'))).toEqual(['c', 'b']);
  expect(messages(get('logs?service=stock'))).toEqual(['b']);
  expect(messages(get(`logs?traceId=${traceId(1)}`))).toEqual(['c', 'a']);
  expect(messages(get(`logs?spanId=${spanId(1)}`))).toEqual(['a']);
  clock.advance(3_600_000);
  expect(messages(get('logs?level=warn'))).toEqual([]);
  expect(messages(get(`logs?traceId=${traceId(1)}`))).toEqual(['c', 'a']);
});

test('goes on after a cursor, and says what was missed', () => {
  const { log, get } = testStore({ maxLogLines: 10 });
  log({ body: '1' });
  const { cursor } = get<LogsAnswer>('logs');
  for (let i = 2; i <= 5; i++) log({ body: `${i}` });
  const next = get<LogsAnswer>(`logs?after=${cursor}`);
  expect(messages(next)).toEqual(['2', '3', '4', '5']);
  expect(next.skipped).toBe(0);
  expect(messages(get(`logs?after=${next.cursor}`))).toEqual([]);
  for (let i = 6; i <= 20; i++) log({ body: `${i}` });
  const late = get<LogsAnswer>(`logs?after=${next.cursor}&limit=3`);
  expect(messages(late)).toEqual(['18', '19', '20']);
  expect(late).toMatchObject({ skipped: 12, overwritten: 10, kept: 10, cursor: '20' });
  expect(messages(get('logs?after=99999'))).toHaveLength(10);
});
