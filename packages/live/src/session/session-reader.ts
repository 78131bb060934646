import { isRecord, valueText } from '@sightline/base';
import type { SpanEventRecord, SpanLinkRecord } from '@sightline/otlp/encode';
import { ApiError } from '../model/api.js';
import type { Broadcaster } from '../model/broadcaster.js';
import type { LiveSource } from '../model/intake.js';
import type { LiveStore } from '../store/live-store.js';
import { MAX_MESSAGES } from './export-session.js';
import { Repeats } from './repeats.js';
import { SeriesReader } from './series-reader.js';
import { fieldsOf, type SessionFields } from './session-fields.js';
import { SESSION_FORMAT, SESSION_VERSION } from './session-format.js';

/** Takes the lines of a session, which may come from anywhere: every member is checked before it is used. */
export class SessionReader {
  readonly counts = { spans: 0, repeated: 0, logLines: 0, messages: 0, series: 0, ignored: 0 };
  readonly #store: LiveStore;
  readonly #broadcaster: Broadcaster;
  readonly #series: SeriesReader;
  readonly #sources: LiveSource[] = [];
  /** Of services that sent to this viewer itself. */
  readonly #ownSources = new Set<LiveSource>();
  readonly #lines: Repeats;
  readonly #messages: Repeats;

  constructor(store: LiveStore, broadcaster: Broadcaster) {
    this.#store = store;
    this.#broadcaster = broadcaster;
    this.#series = new SeriesReader(store);
    this.#lines = new Repeats(() => keptLines(store));
    this.#messages = new Repeats(() => keptMessages(broadcaster));
  }

  /** Throws an `ApiError` for a line that is wrong. */
  take(line: Readonly<Record<string, unknown>>, number: number): void {
    if (number === 1) return checkHeader(line);
    const [name = ''] = Object.keys(line);
    const value = line[name];
    if (!isRecord(value)) {
      this.counts.ignored++;
      return;
    }
    this.#takeMember(name, fieldsOf(value, `line ${number} of the session`));
  }

  #takeMember(name: string, fields: SessionFields): void {
    switch (name) {
      case 'source':
        return this.#takeSource(fields);
      case 'span':
        return this.#takeSpan(fields);
      case 'log':
        return this.#takeLog(fields);
      case 'message':
        return this.#takeMessage(fields);
      case 'rows':
        if (!this.#ownSources.has(this.#sourceOf(fields))) this.#series.takeRows(fields, this.#sourceOf(fields));
        return;
      case 'series':
        return this.#takeSeries(fields);
      default:
        this.counts.ignored++;
    }
  }

  /**
   * Imported processes are others than those that send now: their counters must not be compared. One that has sent to this viewer is itself: what it
   * had before is here, and its numbers would count twice.
   */
  #takeSource(fields: SessionFields): void {
    const { services, intake } = this.#store;
    const resource = [...fields.list('resource')];
    const at = resource.findIndex((name, i) => i % 2 === 0 && name === 'service.instance.id');
    const isOwn = at >= 0 && services.knows(resource);
    if (!isOwn) {
      const instance = at < 0 ? 'unknown' : String(resource[at + 1]);
      if (at >= 0) resource.splice(at, 2);
      resource.push('service.instance.id', instance.endsWith(IMPORTED) ? instance : `${instance}${IMPORTED}`);
    }
    if (this.#sources.length >= MAX_SOURCES)
      throw new ApiError(413, `The session has more than ${MAX_SOURCES} sources.`);
    const source = intake.source(resource);
    if (isOwn) this.#ownSources.add(source);
    this.#sources[fields.whole('number', MAX_SOURCES)] = source;
  }

  #sourceOf(fields: SessionFields): LiveSource {
    const source = this.#sources[fields.whole('source', MAX_SOURCES)];
    if (source === undefined) throw fields.wrong('source', 'the number of a source that came before');
    return source;
  }

  #takeSpan(fields: SessionFields): void {
    const { spans, intake } = this.#store;
    const startMs = fields.number('startMs');
    const start = timeOf(startMs);
    const end = timeOf(startMs + fields.number('durationMs'));
    const { arrivals, repeated } = spans;
    intake.span(
      {
        traceId: fields.text('traceId'),
        spanId: fields.text('spanId'),
        parentSpanId: fields.optionalText('parentSpanId'),
        traceState: undefined,
        flags: 0,
        name: fields.text('name'),
        kind: fields.whole('kind', 4),
        startSeconds: start.seconds,
        startNanos: start.nanos,
        endSeconds: end.seconds,
        endNanos: end.nanos,
        attributes: fields.list('attributes'),
        droppedAttributesCount: fields.whole('leftOut', Number.MAX_SAFE_INTEGER),
        events: fields.records('events').map(eventOf),
        droppedEventsCount: 0,
        links: fields.records('links').map(linkOf),
        droppedLinksCount: 0,
        statusCode: fields.whole('status', 2),
        statusMessage: fields.optionalText('statusMessage'),
      },
      { name: fields.text('scope') },
      this.#sourceOf(fields),
    );
    if (spans.arrivals > arrivals) this.counts.spans++;
    if (spans.repeated > repeated) this.counts.repeated++;
  }

  #takeSeries(fields: SessionFields): void {
    const source = this.#sourceOf(fields);
    const isTaken = !this.#ownSources.has(source) && this.#series.takeSeries(fields, source);
    if (isTaken) this.counts.series++;
    else this.counts.repeated++;
  }

  #takeLog(fields: SessionFields): void {
    const source = this.#sourceOf(fields);
    if (this.#lines.isRepeat(source.service, ...lineMembers.map((name) => fields.any(name)))) {
      this.counts.repeated++;
      return;
    }
    const { seconds, nanos } = timeOf(fields.number('timeMs'));
    this.#store.intake.logRecord(
      {
        timeSeconds: seconds,
        timeNanos: nanos,
        observedSeconds: 0,
        observedNanos: 0,
        severityNumber: 4 * fields.whole('level', 5) + 1,
        body: fields.text('message'),
        attributes: fields.list('attributes'),
        droppedAttributesCount: 0,
        traceId: fields.optionalText('traceId'),
        spanId: fields.optionalText('spanId'),
        flags: 0,
      },
      { name: fields.text('logger') },
      source,
    );
    this.counts.logLines++;
  }

  #takeMessage(fields: SessionFields): void {
    if (this.#messages.isRepeat(...messageMembers.map((name) => fields.any(name)))) {
      this.counts.repeated++;
      return;
    }
    this.#broadcaster.publish(fields.text('topic'), {
      type: fields.text('type'),
      payload: fields.any('payload'),
      source: fields.text('source'),
      timestampMs: fields.number('timestampMs'),
      traceId: fields.optionalText('traceId'),
      spanId: fields.optionalText('spanId'),
      correlationId: fields.optionalText('correlationId'),
      causationId: fields.optionalText('causationId'),
      messageId: fields.optionalText('messageId'),
    });
    this.counts.messages++;
  }
}

const MAX_SOURCES = 100_000;
const IMPORTED = ' (imported)';

const lineMembers = ['timeMs', 'level', 'logger', 'message', 'attributes', 'traceId', 'spanId'] as const;
const messageMembers = [
  ...(['topic', 'type', 'source', 'timestampMs', 'payload', 'traceId', 'spanId'] as const),
  ...(['correlationId', 'causationId', 'messageId'] as const),
] as const;

function* keptLines({ logs }: LiveStore): Generator<readonly unknown[], void, undefined> {
  for (const line of logs.lines()) yield [line.source.service, ...lineMembers.map((name) => line[name])];
}

function* keptMessages(broadcaster: Broadcaster): Generator<readonly unknown[], void, undefined> {
  for (const { topic } of broadcaster.statistics()) {
    const { messages } = broadcaster.read({ topic, limit: MAX_MESSAGES });
    for (const message of messages) yield messageMembers.map((name) => message[name]);
  }
}

function checkHeader({ format, version }: Readonly<Record<string, unknown>>): void {
  if (format !== SESSION_FORMAT) {
    throw new ApiError(422, `The file is no session: its format is ${valueText(format)}, not "${SESSION_FORMAT}".`);
  }
  if (version !== SESSION_VERSION) {
    throw new ApiError(
      422,
      `The session is of version ${valueText(version)}; this viewer reads version ${SESSION_VERSION}. Use the one that wrote it.`,
    );
  }
}

function eventOf(fields: SessionFields): SpanEventRecord {
  const time = timeOf(fields.number('timeMs'));
  return { name: fields.text('name'), ...time, attributes: fields.list('attributes'), droppedAttributesCount: 0 };
}

function linkOf(fields: SessionFields): SpanLinkRecord {
  return {
    traceId: fields.text('traceId'),
    spanId: fields.text('spanId'),
    traceState: undefined,
    flags: 0,
    attributes: fields.list('attributes'),
    droppedAttributesCount: 0,
  };
}

function timeOf(ms: number): { readonly seconds: number; readonly nanos: number } {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) };
}
