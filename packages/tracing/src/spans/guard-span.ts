import type { Attributes, Link, Span, SpanStatus, TimeInput } from '@opentelemetry/api';
import type { AttributePolicy } from './attribute-policy.js';
import { nameText } from './name-text.js';

/**
 * Makes a function that puts `policy` in front of a span's setters, for whoever holds the span: the callback, and foreign code
 * that asks for the active span. It stays the very object that the SDK made, so processors and exporters see no difference.
 */
export function spanGuard(policy: AttributePolicy): (span: Span) => void {
  // Spans of one SDK share their methods, so one set of guards serves all of them: 5 stores per span instead of 5 closures.
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
    } catch {
      // A frozen span of a foreign SDK keeps its own setters.
    }
  };
}

interface Guards
  extends Pick<Span, 'setAttribute' | 'setAttributes' | 'addEvent' | 'addLink' | 'addLinks' | 'setStatus'> {
  fit(span: Span): boolean;
}

function guardsFor(model: Span, policy: AttributePolicy): Guards {
  const { setAttribute, setAttributes, addEvent, addLink, addLinks, setStatus } = model;
  return {
    fit: (span) =>
      span.setAttribute === setAttribute &&
      span.setAttributes === setAttributes &&
      span.addEvent === addEvent &&
      span.addLink === addLink &&
      span.addLinks === addLinks &&
      span.setStatus === setStatus,
    setAttribute(this: Span, key: string, value: unknown) {
      const cleaned = policy.clean(key, value);
      if (cleaned !== undefined) setAttribute.call(this, key, cleaned);
      return this;
    },
    setAttributes(this: Span, attributes: Attributes) {
      const cleaned = policy.cleanAll(attributes);
      for (const key in cleaned) {
        const value = cleaned[key];
        if (value !== undefined) setAttribute.call(this, key, value);
      }
      return this;
    },
    addEvent(this: Span, name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput) {
      const given = isAttributes(attributesOrTime) ? policy.cleanAll(attributesOrTime) : attributesOrTime;
      addEvent.call(this, nameText(name), given, time);
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
      setStatus.call(this, cleanStatus(status, policy));
      return this;
    },
  };
}

/** The links that can be recorded: those with ids, their attributes cleaned. */
export function cleanLinks(links: readonly Link[] | undefined, policy: AttributePolicy): Link[] {
  if (!Array.isArray(links)) return [];
  return links.flatMap((link) => cleanLink(link, policy) ?? []);
}

function cleanLink(link: Link | undefined, policy: AttributePolicy): Link | undefined {
  try {
    if (typeof link?.context?.traceId !== 'string' || typeof link.context.spanId !== 'string') return undefined;
    return link.attributes === undefined ? link : { ...link, attributes: policy.cleanAll(link.attributes) };
  } catch {
    return undefined; // a getter or a proxy that throws
  }
}

function cleanStatus(status: SpanStatus, policy: AttributePolicy): SpanStatus {
  try {
    return typeof status.message === 'string' ? { ...status, message: policy.text(status.message) } : status;
  } catch {
    return { code: status.code }; // a getter that throws
  }
}

function isAttributes(value: Attributes | TimeInput | undefined): value is Attributes {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return !Array.isArray(value) && !(value instanceof Date);
  } catch {
    return true; // a revoked proxy, of which nothing is left when it is cleaned
  }
}
