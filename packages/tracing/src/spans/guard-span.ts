import { types } from 'node:util';
import type { Attributes, Exception, Link, Span, SpanStatus, TimeInput } from '@opentelemetry/api';
import { listOf, optionOf, stringOption } from '../untrusted-values.js';
import type { AttributePolicy } from './attribute-policy.js';
import { nameString } from './name-string.js';
import { readableException } from './record-failure.js';
import { timeOf } from './time-of.js';

/**
 * Makes a function that puts `policy` in front of a span's setters, for all users of the span: the callback, and other code that
 * takes the active span. The span stays the SDK's own object, so processors and exporters see no difference.
 */
export function spanGuard(policy: AttributePolicy): (span: Span) => void {
  // Spans of one SDK share their methods, so they share one set of guards: no closures per span.
  let guards: Guards | undefined;
  return (span) => {
    if (guards === undefined || !guards.fit(span)) guards = guardsFor(span, policy);
    try {
      span.setAttribute = guards.setAttribute;
      span.setAttributes = guards.setAttributes;
      span.addEvent = guards.addEvent;
      span.addLink = guards.addLink;
      span.addLinks = guards.addLinks;
      span.setStatus = guards.setStatus;
      span.recordException = guards.recordException;
    } catch {
      // A frozen span of another SDK keeps its own setters.
    }
  };
}

interface Guards
  extends Pick<
    Span,
    'setAttribute' | 'setAttributes' | 'addEvent' | 'addLink' | 'addLinks' | 'setStatus' | 'recordException'
  > {
  fit(span: Span): boolean;
}

function guardsFor(model: Span, policy: AttributePolicy): Guards {
  const { setAttribute, setAttributes, addEvent, addLink, addLinks, setStatus, recordException } = model;
  return {
    fit: (span) =>
      span.setAttribute === setAttribute &&
      span.setAttributes === setAttributes &&
      span.addEvent === addEvent &&
      span.addLink === addLink &&
      span.addLinks === addLinks &&
      span.setStatus === setStatus &&
      span.recordException === recordException,
    setAttribute(this: Span, key: string, value: unknown) {
      const recorded = policy.recorded(key, value);
      if (recorded !== undefined) setAttribute.call(this, key, recorded);
      return this;
    },
    setAttributes(this: Span, attributes: Attributes) {
      const recorded = recordedOf(policy, attributes);
      for (const key in recorded) {
        const value = recorded[key];
        if (value !== undefined) setAttribute.call(this, key, value);
      }
      return this;
    },
    addEvent(this: Span, name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput) {
      const given = isAttributes(attributesOrTime) ? recordedOf(policy, attributesOrTime) : timeOf(attributesOrTime);
      addEvent.call(this, nameString(name), given, timeOf(time));
      return this;
    },
    addLink(this: Span, link: Link) {
      const cleaned = cleanLink(link, policy);
      if (cleaned !== undefined) addLink.call(this, cleaned);
      return this;
    },
    addLinks(this: Span, links: Link[]) {
      addLinks.call(this, cleanLinks(links, policy));
      return this;
    },
    setStatus(this: Span, status: SpanStatus) {
      const cleaned = cleanStatus(status, policy);
      if (cleaned !== undefined) setStatus.call(this, cleaned);
      return this;
    },
    recordException(this: Span, exception: Exception, time?: TimeInput) {
      recordException.call(this, readableException(exception), timeOf(time));
    },
  };
}

/** The links that can be recorded: those with valid ids, with cleaned attributes. */
export function cleanLinks(links: readonly Link[] | undefined, policy: AttributePolicy): Link[] {
  return (listOf(links) ?? []).flatMap((link) => cleanLink(link as Link | undefined, policy) ?? []);
}

function cleanLink(link: Link | undefined, policy: AttributePolicy): Link | undefined {
  try {
    const { context, attributes } = link ?? {};
    if (typeof context?.traceId !== 'string' || typeof context.spanId !== 'string') return undefined;
    return attributes === undefined ? { context } : { context, attributes: recordedOf(policy, attributes) };
  } catch {
    return undefined; // a getter or a proxy that throws
  }
}

/** All of them: the SDK has limits of its own. */
function recordedOf(policy: AttributePolicy, attributes: unknown): Attributes {
  return policy.recordedAll(attributes, Number.POSITIVE_INFINITY).attributes;
}

function cleanStatus(status: SpanStatus | undefined, policy: AttributePolicy): SpanStatus | undefined {
  const code = optionOf(status, 'code');
  if (typeof code !== 'number') return undefined;
  const message = stringOption(status, 'message');
  return message === undefined ? { code } : { code, message: policy.string(message) };
}

function isAttributes(value: Attributes | TimeInput | undefined): value is Attributes {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return !Array.isArray(value) && !types.isDate(value);
  } catch {
    return true; // a revoked proxy: cleaning leaves nothing of it
  }
}
