import { types } from 'node:util';
import {
  type Attributes,
  type AttributeValue,
  diag,
  type Exception,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api';
import type { AttributePolicy } from '../spans/attribute-policy.js';
import { nameString } from '../spans/name-string.js';
import { listOf, optionOf } from '../untrusted-values.js';
import { objectOfList, setInList, setInObject } from './attribute-list.js';
import type { InstrumentationScope, ReadableSpan, SpanResource, TimedEvent } from './readable-span.js';
import type { SpanLimits } from './span-limits.js';
import { timeInput } from './time-input.js';
import { hrTimeOf, type TraceAnchor } from './trace-anchor.js';

/** What the spans of one provider share. */
export interface SpanHome {
  readonly limits: SpanLimits;
  readonly resource: SpanResource;
  /** Whether processors or exporters read the spans, which costs an object for their attributes. */
  readonly isObserved: boolean;
  monotonicMs(): number;
  /** Called once, while the span can still be changed. Never throws. */
  ending(span: RecordingSpan): void;
  /** Called once, when the span has ended. Never throws. */
  ended(span: RecordingSpan): void;
}

/**
 * A span that is recorded: OpenTelemetry's `Span` for the service and its instrumentations, and its `ReadableSpan` for processors
 * and exporters, always as the same object. Nothing that it is given makes it throw. Once ended it does not change.
 *
 * Members are not `#private`: a proxy around a span, as some tools make it, has to work.
 */
export class RecordingSpan implements Span, ReadableSpan {
  name: string;
  readonly kind: SpanKind;
  readonly parentSpanContext: SpanContext | undefined;
  readonly instrumentationScope: InstrumentationScope;
  readonly startTime: HrTime;
  endTime: HrTime = notEnded;
  status: SpanStatus = unset;
  links: Array<Link & { droppedAttributesCount?: number }> = none;
  events: TimedEvent[] = none;
  droppedAttributesCount = 0;
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  /** @internal Alternating names and values; `undefined` if `attributes` holds them. */
  readonly list: unknown[] | undefined;
  /** @internal What the sampler wants on the span. */
  ofSampler: Readonly<Attributes> | undefined = undefined;
  /** @internal */
  readonly anchor: TraceAnchor;
  private readonly home: SpanHome;
  private readonly context: SpanContext;
  private readonly policy: AttributePolicy;
  private state: 0 | 1 | 2 = RECORDING;

  constructor(
    home: SpanHome,
    scope: InstrumentationScope,
    context: SpanContext,
    parent: SpanContext | undefined,
    name: string,
    kind: SpanKind,
    anchor: TraceAnchor,
    startTime: HrTime,
    policy: AttributePolicy,
  ) {
    this.name = name;
    this.kind = kind;
    this.parentSpanContext = parent;
    this.instrumentationScope = scope;
    this.startTime = startTime;
    this.anchor = anchor;
    this.home = home;
    this.context = context;
    this.policy = policy;
    this.list = home.isObserved ? undefined : [];
    if (!home.isObserved) return;
    this.status = { code: SpanStatusCode.UNSET };
    this.endTime = [0, 0];
    this.links = [];
    this.events = [];
    // Processors copy the members of a span, and change its attributes.
    Object.defineProperty(this, 'attributes', { value: {}, writable: true, enumerable: true, configurable: true });
  }

  /** As they are now. */
  get attributes(): Attributes {
    return objectOfList(this.list ?? []);
  }

  get resource(): SpanResource {
    return this.home.resource;
  }

  get duration(): HrTime {
    if (this.state === RECORDING) return [-1, -1];
    const [seconds, nanos] = [this.endTime[0] - this.startTime[0], this.endTime[1] - this.startTime[1]];
    return nanos < 0 ? [seconds - 1, nanos + 1e9] : [seconds, nanos];
  }

  get ended(): boolean {
    return this.state === ENDED;
  }

  spanContext(): SpanContext {
    return this.context;
  }

  isRecording(): boolean {
    return this.state !== ENDED;
  }

  setAttribute(key: string, value: unknown): this {
    if (this.isLate('setAttribute')) return this;
    this.put(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.isLate('setAttributes')) return this;
    for (const key of this.policy.keysOf(attributes)) this.put(key, property(attributes, key));
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.isLate('addEvent')) return this;
    const { eventCountLimit, attributePerEventCountLimit } = this.home.limits;
    if (eventCountLimit === 0) {
      this.droppedEventsCount++;
      return this;
    }
    const isTime = isTimeInput(attributesOrTime);
    const given = isTime && !isTimeInput(time) ? attributesOrTime : time;
    const { attributes, dropped } = this.policy.recordedAll(
      isTime ? undefined : attributesOrTime,
      attributePerEventCountLimit,
    );
    if (this.isLate('addEvent')) return this; // a getter among the attributes has ended it
    if (this.events === none) this.events = [];
    if (this.events.length >= eventCountLimit) {
      this.events.shift();
      this.droppedEventsCount++;
    }
    this.events.push({ name: nameString(name), attributes, time: this.timeOf(given), droppedAttributesCount: dropped });
    return this;
  }

  addLink(link: Link): this {
    if (!this.isLate('addLink')) this.putLink(link);
    return this;
  }

  addLinks(links: Link[]): this {
    if (this.isLate('addLinks')) return this;
    for (const link of listOf(links) ?? []) this.putLink(link as Link);
    return this;
  }

  /** OK is final, UNSET is ignored, and only an error has a message (OpenTelemetry, "Set Status"). */
  setStatus(status: SpanStatus): this {
    if (this.isLate('setStatus')) return this;
    const code = optionOf(status, 'code');
    if (code !== SpanStatusCode.OK && code !== SpanStatusCode.ERROR) return this;
    if (this.status.code === SpanStatusCode.OK) return this;
    const message: unknown = code === SpanStatusCode.ERROR ? optionOf(status, 'message') : undefined;
    if (this.isLate('setStatus')) return this; // a getter of the status has ended it
    this.status = typeof message === 'string' ? { code, message: this.policy.string(message) } : { code };
    return this;
  }

  updateName(name: string): this {
    if (!this.isLate('updateName')) this.name = nameString(name);
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    const attributes = exceptionAttributes(exception);
    if (attributes === undefined) {
      diag.warn('[tracing] recordException was given nothing that has a name, a code or a message.');
      return;
    }
    this.addEvent('exception', attributes, time);
  }

  end(endTime?: TimeInput): void {
    if (this.state !== RECORDING) {
      if (this.state === ENDED) diag.error(`[tracing] Span "${this.name}" was ended twice. End a span once.`);
      return;
    }
    this.state = ENDING;
    const time = this.timeOf(endTime);
    const [seconds, nanos] = this.startTime;
    const isBefore = time[0] < seconds || (time[0] === seconds && time[1] < nanos);
    this.endTime = isBefore ? [seconds, nanos] : time;
    this.home.ending(this);
    this.state = ENDED;
    this.home.ended(this);
  }

  /** @internal The inputs of the library's span builder, which may be dates, URLs and bigints. */
  putInputs(inputs: unknown): void {
    for (const key of this.policy.keysOf(inputs)) this.set(key, this.policy.clean(key, property(inputs, key)));
  }

  /** @internal Sets an attribute without a check of whether the span has ended. */
  put(key: string, value: unknown): void {
    this.set(key, this.policy.recorded(key, value));
  }

  private set(key: string, recorded: AttributeValue | undefined): void {
    // A getter among the values may have ended the span.
    if (recorded === undefined || this.state === ENDED) return;
    const { attributeCountLimit } = this.home.limits;
    const isSet =
      this.list === undefined
        ? setInObject(this.attributes, key, recorded, attributeCountLimit)
        : setInList(this.list, key, recorded, attributeCountLimit);
    if (!isSet) this.droppedAttributesCount++;
  }

  /** @internal */
  putLink(given: Link): void {
    const context = linkContext(given);
    if (context === undefined) return;
    const { linkCountLimit, attributePerLinkCountLimit } = this.home.limits;
    if (linkCountLimit === 0) {
      this.droppedLinksCount++;
      return;
    }
    const all = this.policy.recordedAll(optionOf(given, 'attributes'), attributePerLinkCountLimit);
    const link: Link & { droppedAttributesCount?: number } = { context };
    if (Object.keys(all.attributes).length > 0) link.attributes = all.attributes;
    if (all.dropped > 0) link.droppedAttributesCount = all.dropped;
    if (this.isLate('addLink')) return; // a getter among the attributes has ended it
    if (this.links === none) this.links = [];
    if (this.links.length >= linkCountLimit) {
      this.links.shift();
      this.droppedLinksCount++;
    }
    this.links.push(link);
  }

  private timeOf(time: unknown): HrTime {
    const nowMs = this.home.monotonicMs();
    const { offsetMs } = this.anchor;
    return (time === undefined ? undefined : timeInput(time, nowMs, offsetMs)) ?? hrTimeOf(nowMs + offsetMs);
  }

  private isLate(call: string): boolean {
    if (this.state !== ENDED) return false;
    diag.warn(`[tracing] ${call} was called on span "${this.name}" after its end. Nothing was recorded.`);
    return true;
  }
}

const RECORDING = 0;
const ENDING = 1;
const ENDED = 2;

/** Of spans that have no events or links, which most have not. */
const none: never[] = Object.freeze([]) as unknown as never[];
const unset: SpanStatus = Object.freeze({ code: SpanStatusCode.UNSET });
const notEnded: HrTime = Object.freeze([0, 0]) as unknown as HrTime;

function property(object: unknown, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch {
    return undefined; // a getter or a proxy that throws
  }
}

function isTimeInput(value: unknown): value is TimeInput {
  if (typeof value === 'number') return true;
  if (typeof value !== 'object' || value === null) return false;
  try {
    return types.isDate(value) || Array.isArray(value);
  } catch {
    return false; // a revoked proxy
  }
}

/** A context with ids; what else is called a link cannot be recorded. */
function linkContext(link: Link): SpanContext | undefined {
  try {
    const { context } = link;
    return typeof context.traceId === 'string' && typeof context.spanId === 'string' ? context : undefined;
  } catch {
    return undefined;
  }
}

/** The attributes of an `exception` event (semantic conventions, "Exceptions"); `undefined` if there is neither type nor message. */
function exceptionAttributes(given: unknown): Attributes | undefined {
  if (typeof given === 'string') return given === '' ? undefined : { 'exception.message': given };
  if (typeof given !== 'object' || given === null) return undefined;
  const code = property(given, 'code');
  const type =
    typeof code === 'number' && code !== 0 ? String(code) : (textOf(code) ?? textOf(property(given, 'name')));
  const message = textOf(property(given, 'message'));
  const stack = textOf(property(given, 'stack'));
  if (type === undefined && message === undefined) return undefined;
  return {
    ...(type === undefined ? {} : { 'exception.type': type }),
    ...(message === undefined ? {} : { 'exception.message': message }),
    ...(stack === undefined ? {} : { 'exception.stacktrace': stack }),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
