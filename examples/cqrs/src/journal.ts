import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CqrsEvents } from '@sightline/cqrs';
import type { Events } from '@sightline/events';
import type { StoredEvent } from './domain/service-domain.js';

/** The events caused by one message. */
export interface JournalEntry {
  /** The id of the message. */
  readonly message: string;
  readonly events: readonly StoredEvent[];
  readonly answer?: unknown;
  readonly refusal?: { readonly reason: string; readonly message: string } | undefined;
}

/** A service's events in order, with the messages that caused them, so that no message counts twice. */
export interface Journal {
  entryOf(message: string): JournalEntry | undefined;
  /** Stores the entry and applies its events to the state, in one step. */
  append(entry: JournalEntry): void;
}

export interface JournalOptions {
  /** One line of JSON for each entry. Without it the journal is in memory. */
  readonly file: string | undefined;
  readonly apply: (event: StoredEvent) => void;
  /** Reports stored events. */
  readonly events: Events<CqrsEvents>;
}

/** Opens a journal, and applies the events of earlier processes to the state. */
export function openJournal({ file, apply, events }: JournalOptions): Journal {
  const entries = new Map<string, JournalEntry>();

  function take(entry: JournalEntry): void {
    entries.set(entry.message, entry);
    for (const event of entry.events) apply(event);
  }

  if (file !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    // A killed process may have left half a line: its message is delivered again.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    for (const line of whole.split('\n')) if (line !== '') take(JSON.parse(line) as JournalEntry);
    if (whole !== text) truncateSync(file, Buffer.byteLength(whole));
  }

  return {
    entryOf: (message) => entries.get(message),
    append(entry) {
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(entry)}\n`);
      take(entry);
      for (const event of entry.events) {
        const { type, ...facts } = event;
        events.execute('event.stored', { count: 1 }, { ...facts, event_type: type });
      }
    },
  };
}
