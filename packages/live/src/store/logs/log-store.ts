import type { LogRecordFields } from '@sightline/otlp/encode';
import { Ring } from '../ring.js';
import type { KeptSource } from '../services/kept-source.js';
import { NUMBER, OBJECT, WORD } from '../sizes.js';
import { spanIdOf, traceIdOf } from '../spans/trace-ids.js';
import { RecordValues } from '../values/record-values.js';
import type { SafeTexts } from '../values/safe-texts.js';
import { type KeptLog, levelOf } from './kept-log.js';

export interface LogStoreOptions {
  readonly maxLogLines: number;
  readonly texts: SafeTexts;
  readonly now: () => number;
}

/** The newest log lines, in order of arrival. */
export class LogStore {
  bytes = 0;
  /** The sequence of the newest. */
  sequence = 0;
  /** Lines that are no longer kept. */
  overwritten = 0;
  /** Attributes, elements and members that a limit here left out. */
  leftOut = 0;
  readonly #options: LogStoreOptions;
  readonly #values: RecordValues;
  readonly #ring = new Ring<KeptLog>();

  constructor(options: LogStoreOptions) {
    this.#options = options;
    this.#values = new RecordValues(options.texts);
  }

  get size(): number {
    return this.#ring.size;
  }

  newestFirst(): Iterable<KeptLog> {
    return this.#ring.newestFirst();
  }

  /** Oldest first. */
  lines(): Iterable<KeptLog> {
    return this.#ring;
  }

  /** The lines after a sequence, oldest first. */
  *after(sequence: number): Generator<KeptLog, void, undefined> {
    const first = this.#ring.at(0);
    if (first === undefined) return;
    for (let i = Math.max(0, sequence + 1 - first.sequence); i < this.#ring.size; i++) {
      yield this.#ring.at(i) as KeptLog;
    }
  }

  add(record: LogRecordFields, logger: string, source: KeptSource): KeptLog {
    if (this.#ring.size >= this.#options.maxLogLines) this.dropOldest();
    const { texts, now } = this.#options;
    const values = this.#values;
    values.begin(LINE_BYTES);
    const message = this.#message(record);
    const attributes = values.attributes(record.attributes);
    this.leftOut += values.leftOut;
    const { timeSeconds, timeNanos, observedSeconds, observedNanos } = record;
    const line: KeptLog = {
      sequence: ++this.sequence,
      timeMs:
        timeSeconds > 0
          ? timeSeconds * 1000 + timeNanos / 1e6
          : observedSeconds > 0
            ? observedSeconds * 1000 + observedNanos / 1e6
            : now(),
      source,
      level: levelOf(record.severityNumber, record.severityText),
      logger: texts.text(logger, MAX_NAME),
      message,
      attributes,
      traceId: traceIdOf(record.traceId ?? '') ?? null,
      spanId: spanIdOf(record.spanId ?? '') ?? null,
      bytes: values.bytes,
    };
    this.bytes += line.bytes;
    this.#ring.push(line);
    return line;
  }

  dropOldest(): boolean {
    const line = this.#ring.shift();
    if (line === undefined) return false;
    this.overwritten++;
    this.bytes -= line.bytes;
    return true;
  }

  /** A body that is no string is shown as JSON. */
  #message({ body, eventName }: LogRecordFields): string {
    const values = this.#values;
    if (typeof body === 'string') return values.text(body, MAX_MESSAGE);
    if (body === undefined || body === null) return values.text(eventName ?? '', MAX_NAME);
    const before = values.bytes;
    const value = values.value(body);
    values.bytes = before; // only its JSON is kept
    return values.text(typeof value === 'string' ? value : JSON.stringify(value), MAX_MESSAGE);
  }
}

/** A line without its values, with two ids and its place in the ring. */
const LINE_BYTES = OBJECT + 11 * WORD + NUMBER + 56 + 40 + 2 * WORD;
const MAX_MESSAGE = 8192;
const MAX_NAME = 256;
