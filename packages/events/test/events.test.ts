import { createTestMetrics, fakeClock } from '@sightline/testing';
import { describe, expect, test } from 'vitest';
import { createEvents, type Measurements, type Metadata } from '../src/index.js';

function setting() {
  const errors: string[] = [];
  const log = { info() {}, warn() {}, error: (_fields: object, message: string) => void errors.push(message) };
  const metrics = createTestMetrics();
  const clock = fakeClock({ nowMs: 1_700_000_000_000 });
  const events = createEvents({ log, metrics, clock });
  const heard: Array<[string, Measurements, Metadata]> = [];
  const hears = (event: string, measurements: Measurements, metadata: Metadata): void =>
    void heard.push([event, measurements, metadata]);
  return { events, errors, metrics, clock, heard, hears };
}

test('an event reaches every handler that was attached to it, in order, and no other', () => {
  const { events } = setting();
  const calls: string[] = [];
  events.attach('first', ['my_app', 'custom', 'event'], () => void calls.push('first'));
  events.attach('second', 'my_app.custom.event', () => void calls.push('second'));
  events.attach('other', 'my_app.custom', () => void calls.push('other'));
  events.execute(['my_app', 'custom', 'event'], { value: 1 }, {});
  expect(calls).toEqual(['first', 'second']);
});

test('a name may be given as a list or with dots', () => {
  const { events, heard, hears } = setting();
  events.attach('h', 'command.dispatched', hears);
  events.execute(['command', 'dispatched'], { count: 1 }, { command_type: 'A' });
  events.execute('command.dispatched', { count: 2 });
  expect(heard).toEqual([
    ['command.dispatched', { count: 1 }, { command_type: 'A' }],
    ['command.dispatched', { count: 2 }, {}],
  ]);
});

test('one handler may hear several events', () => {
  const { events, heard, hears } = setting();
  events.attach('h', ['a.start', ['a', 'stop']], hears);
  events.execute('a.start', {});
  events.execute('a.stop', {});
  expect(heard.map(([event]) => event)).toEqual(['a.start', 'a.stop']);
});

test('after detach nothing is heard; detaching again says that there was nothing', () => {
  const { events, heard, hears } = setting();
  events.attach('h', 'a.b', hears);
  expect(events.handlers('a.b')).toEqual(['h']);
  expect(events.detach('h')).toBe(true);
  events.execute('a.b', {});
  expect(heard).toEqual([]);
  expect(events.detach('h')).toBe(false);
  expect(events.handlers()).toEqual([]);
});

test('an id belongs to one handler', () => {
  const { events, hears } = setting();
  events.attach('h', 'a.b', hears);
  expect(() => events.attach('h', 'c.d', hears)).toThrow('A handler "h" is already attached');
});

test('a name without a segment is refused', () => {
  const { events, hears } = setting();
  expect(() => events.attach('h', 'a..b', hears)).toThrow('has an empty segment');
  expect(() => events.attach('h', [], hears)).toThrow('has an empty segment');
});

describe('A handler that fails', () => {
  test('is detached and reported once, and the others go on', () => {
    const { events, errors, metrics, heard, hears } = setting();
    events.attach('bad', 'a.b', () => {
      throw new Error('no such table');
    });
    events.attach('good', 'a.b', hears);
    events.execute('a.b', {});
    events.execute('a.b', {});
    expect(heard).toHaveLength(2);
    expect(errors).toEqual(['[events] Handler "bad" failed at "a.b" and was detached: no such table']);
    expect(metrics.value('sightline_event_handler_failures_total', { handler: 'bad' })).toBe(1);
  });

  test('later, by a rejection, is treated alike', async () => {
    const { events, errors } = setting();
    events.attach('bad', 'a.b', async () => {
      throw new Error('no such table');
    });
    events.execute('a.b', {});
    await Promise.resolve();
    expect(events.handlers('a.b')).toEqual([]);
    expect(errors).toHaveLength(1);
  });

  test('late does not take its successor of the same id with it', async () => {
    const { events, hears } = setting();
    events.attach('h', 'a.b', async () => {
      throw new Error('old');
    });
    events.execute('a.b', {});
    events.detach('h');
    events.attach('h', 'a.b', hears);
    await Promise.resolve();
    expect(events.handlers('a.b')).toEqual(['h']);
  });
});

test('a handler may attach and detach while an event is executed', () => {
  const { events, heard, hears } = setting();
  events.attach('once', 'a.b', () => {
    events.detach('once');
    events.attach('next', 'a.b', hears);
  });
  events.attach('always', 'a.b', hears);
  events.execute('a.b', {});
  expect(heard).toHaveLength(1);
  events.execute('a.b', {});
  expect(heard).toHaveLength(3);
});

describe('A span', () => {
  test('is a start and a stop with the duration in nanoseconds', () => {
    const { events, heard, hears, clock } = setting();
    events.attach('h', ['job.start', 'job.stop', 'job.exception'], hears);
    const result = events.span('job', { queue: 'mail' }, (add) => {
      clock.advance(250);
      add({ sent: 3 });
      return 'done';
    });
    expect(result).toBe('done');
    expect(heard.map(([event]) => event)).toEqual(['job.start', 'job.stop']);
    expect(heard[0]?.[1]).toMatchObject({ system_time: 1_700_000_000_000 * 1e6 });
    expect(heard[1]?.[1]).toMatchObject({ duration: 250e6 });
    expect(heard[1]?.[2]).toEqual({ queue: 'mail', sent: 3 });
  });

  test('of a promise ends when it settles', async () => {
    const { events, heard, hears, clock } = setting();
    events.attach('h', ['job.stop', 'job.exception'], hears);
    let settle: (value: number) => void = () => {};
    const result = events.span(['job'], {}, () => new Promise<number>((resolve) => (settle = resolve)));
    clock.advance(1000);
    expect(heard).toEqual([]);
    settle(7);
    expect(await result).toBe(7);
    expect(heard[0]?.[1]).toMatchObject({ duration: 1e9 });
  });

  test('that fails is a start and an exception, and the error goes on', async () => {
    const { events, heard, hears } = setting();
    events.attach('h', ['job.stop', 'job.exception'], hears);
    const error = new TypeError('no');
    expect(() =>
      events.span('job', { a: 1 }, () => {
        throw error;
      }),
    ).toThrow(error);
    await expect(events.span('job', {}, () => Promise.reject(error))).rejects.toBe(error);
    expect(heard.map(([event, , metadata]) => [event, metadata])).toEqual([
      ['job.exception', { a: 1, kind: 'error', reason: error, error_type: 'TypeError' }],
      ['job.exception', { kind: 'error', reason: error, error_type: 'TypeError' }],
    ]);
  });
});
