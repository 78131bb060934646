import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CqrsEvents } from '@sightline/cqrs';
import { createEvents } from '@sightline/events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StoredEvent } from '../src/domain/service-domain.js';
import { openJournal } from '../src/journal.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const placed: StoredEvent = { type: 'OrderPlaced', order: 'o-1', product: 'tea', quantity: 1, amountCents: 650 };

function opened(name: string | undefined = 'orders.jsonl') {
  const applied: StoredEvent[] = [];
  const reported: unknown[] = [];
  const events = createEvents<CqrsEvents>();
  events.attach('test', 'event.stored', (_event, _measurements, metadata) => reported.push(metadata['event_type']));
  const file = name === undefined ? undefined : join(folder, name);
  return { applied, reported, file, journal: openJournal({ file, apply: (event) => applied.push(event), events }) };
}

test('what a process has stored is there for the next one, without being counted again', () => {
  const first = opened();
  first.journal.append({ message: 'PlaceOrder/o-1', events: [placed], answer: { amountCents: 650 } });
  expect(first.reported).toEqual(['OrderPlaced']);
  const second = opened();
  expect(second.applied).toEqual([placed]);
  expect(second.reported).toEqual([]);
  expect(second.journal.entryOf('PlaceOrder/o-1')?.answer).toEqual({ amountCents: 650 });
  expect(second.journal.entryOf('PlaceOrder/o-2')).toBeUndefined();
});

test('half a line, of a process that was killed, is cut off', () => {
  const { journal, file = '' } = opened();
  journal.append({ message: 'm-1', events: [placed] });
  appendFileSync(file, '{"message":"m-2","eve');
  const next = opened();
  expect(next.journal.entryOf('m-2')).toBeUndefined();
  next.journal.append({ message: 'm-3', events: [], refusal: { reason: 'TooLate', message: 'Too late.' } });
  expect(
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.slice(0, 16)),
  ).toEqual(['{"message":"m-1"', '{"message":"m-3"', '']);
  expect(opened().journal.entryOf('m-3')?.refusal?.reason).toBe('TooLate');
});
