import {
  type Context,
  context,
  isSpanContextValid,
  type Link,
  propagation,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import { type CarryOptions, extractContext } from '../carriers/carry-context.js';
import { mapCarrier } from '../carriers/map-carrier.js';
import { isContext, optionOf } from '../foreign-values.js';
import { extractedLinks, withExtractedLinks } from '../propagation/extracted-links.js';
import { incomingTrace, withIncomingTrace } from '../propagation/incoming-trace.js';
import type { ReceivedMessage } from './received-message.js';

/** How the span that handles a message belongs to the one that sent it. */
export type MessageRelation = 'parent' | 'link' | 'both';

export interface RelationOptions {
  /**
   * `parent`: the handling continues the sender's trace (default). `link`: it has a trace of its own that refers to the
   * sender. `both`: continues it, and refers to it for backends that show links only.
   */
  readonly relation?: MessageRelation | undefined;
  /** Starts a new trace even where a span is active. Default: for `link` only. With it, the sender is linked to. */
  readonly root?: boolean | undefined;
}

interface ReceptionOptions extends RelationOptions {
  readonly context?: Context | undefined;
}

/** In which context a consumer span starts, and what it links to. */
export interface ConsumerContext {
  readonly parent: Context;
  readonly links: readonly Link[];
}

/**
 * @param options whose `context` is that of what brought the message (headers of the protocol), where that was read: then it is what
 * counts as the sender, and the one in the envelope, if it is another, becomes a link
 */
export function consumerContext(
  message: ReceivedMessage,
  propagator: CarryOptions['propagator'],
  options: ReceptionOptions,
): ConsumerContext {
  const relation = optionOf(options, 'relation') ?? 'parent';
  const root = optionOf(options, 'root') ?? relation === 'link';
  const given = optionOf(options, 'context');
  const protocol = given !== undefined && isContext(given) ? given : undefined;
  const ambient = trace.getSpanContext(context.active());
  const received = senderContext(message, protocol, propagator);
  const sender = trace.getSpanContext(received);
  const others = extractedLinks(received);
  const clean = withExtractedLinks(received, []);
  const links: Link[] = [];
  const isContinued = sender !== undefined && relation !== 'link' && !root;
  if (sender !== undefined && (!isContinued || relation === 'both')) links.push({ context: sender });
  links.push(...others);
  if (isContinued) {
    if (ambient !== undefined && isSpanContextValid(ambient) && ambient.spanId !== sender.spanId) {
      links.push({ context: ambient, attributes: { 'sightline.link.reason': 'ambient_span' } });
    }
    return { parent: clean, links };
  }
  const own = withIncomingTrace(trace.deleteSpan(clean), undefined);
  const ambientSpan = root ? undefined : trace.getSpan(context.active());
  return { parent: ambientSpan === undefined ? own : trace.setSpan(own, ambientSpan), links };
}

/** Links to the senders of a batch, each once, and a context that continues none of them. */
export function batchContext(
  messages: readonly ReceivedMessage[],
  propagator: CarryOptions['propagator'],
  root: boolean,
): ConsumerContext {
  const senders = new Map<string, SpanContext>();
  for (const message of messages) {
    const sender = trace.getSpanContext(senderContext(message, undefined, propagator));
    if (sender !== undefined) senders.set(`${sender.traceId}-${sender.spanId}`, sender);
  }
  const ambientSpan = root ? undefined : trace.getSpan(context.active());
  const parent = withoutMessage(context.active());
  return {
    parent: ambientSpan === undefined ? parent : trace.setSpan(parent, ambientSpan),
    links: [...senders.values()].map((sender) => ({ context: sender })),
  };
}

function senderContext(
  message: ReceivedMessage,
  protocol: Context | undefined,
  propagator: CarryOptions['propagator'],
): Context {
  const active = context.active();
  const base = withoutMessage(active);
  const carried = extractContext(mapCarrier, message.trace, { context: base, propagator });
  if (protocol === undefined) return carried;
  const read = withoutAmbient(protocol, active);
  const hop = trace.getSpanContext(read);
  const own = trace.getSpanContext(carried);
  const sender = hop === undefined ? extractContext(mapCarrier, message.trace, { context: read, propagator }) : read;
  const baggage = propagation.getBaggage(read) ?? propagation.getBaggage(carried);
  const received = baggage === undefined ? sender : propagation.setBaggage(sender, baggage);
  const isOneSender =
    hop === undefined || own === undefined || (own.traceId === hop.traceId && own.spanId === hop.spanId);
  if (isOneSender) return received;
  return withExtractedLinks(received, [
    ...extractedLinks(received),
    { context: own, attributes: { 'sightline.link.reason': 'message_start' } },
  ]);
}

/**
 * Without what the active context has, the very same objects: `propagation.extract(context.active(), headers)` gives it back
 * where the headers say nothing.
 */
function withoutAmbient(protocol: Context, active: Context): Context {
  let read = protocol;
  if (isShared((each) => trace.getSpan(each), read, active)) read = trace.deleteSpan(read);
  if (isShared((each) => propagation.getBaggage(each), read, active)) read = propagation.deleteBaggage(read);
  if (isShared(incomingTrace, read, active)) read = withIncomingTrace(read, undefined);
  const links = extractedLinks(read);
  return links.length > 0 && links === extractedLinks(active) ? withExtractedLinks(read, []) : read;
}

function isShared(part: (context: Context) => unknown, a: Context, b: Context): boolean {
  const value = part(a);
  return value !== undefined && value === part(b);
}

/** Without what belongs to whoever happens to be active: neither his trace nor his baggage is the message's. */
function withoutMessage(active: Context): Context {
  return withIncomingTrace(withExtractedLinks(propagation.deleteBaggage(trace.deleteSpan(active)), []), undefined);
}
