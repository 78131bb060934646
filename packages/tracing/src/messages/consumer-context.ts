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
import { extractedLinks, withExtractedLinks } from '../propagation/extracted-links.js';
import { incomingTrace, withIncomingTrace } from '../propagation/incoming-trace.js';
import { isContext, optionOf } from '../untrusted-values.js';
import type { ReceivedMessage } from './received-message.js';

/** How the span that handles a message belongs to the one that sent it. */
export type MessageRelation = 'parent' | 'link' | 'both';

export interface RelationOptions {
  /**
   * `parent`: the span continues the sender's trace (default). `link`: it starts its own trace and links to the sender.
   * `both`: it continues the trace and links to the sender, for backends that show only links.
   */
  readonly relation?: MessageRelation | undefined;
  /** Starts a new trace even if a span is active, and links to the sender. Default: true for `link` only. */
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
 * @param options `context` is what was read from the protocol's headers, if they were read. It then counts as the sender; a
 * different one in the envelope becomes a link
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
  const active = trace.getSpanContext(context.active());
  const received = senderContext(message, protocol, propagator);
  const sender = trace.getSpanContext(received);
  const others = extractedLinks(received);
  const clean = withExtractedLinks(received, []);
  const links: Link[] = [];
  const isContinued = sender !== undefined && relation !== 'link' && !root;
  if (sender !== undefined && (!isContinued || relation === 'both')) links.push({ context: sender });
  links.push(...others);
  if (isContinued) {
    if (active !== undefined && isSpanContextValid(active) && active.spanId !== sender.spanId) {
      links.push({ context: active, attributes: { 'sightline.link.reason': 'ambient_span' } });
    }
    return { parent: clean, links };
  }
  const own = withIncomingTrace(trace.deleteSpan(clean), undefined);
  const activeSpan = root ? undefined : trace.getSpan(context.active());
  return { parent: activeSpan === undefined ? own : trace.setSpan(own, activeSpan), links };
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
  const activeSpan = root ? undefined : trace.getSpan(context.active());
  const parent = withoutMessage(context.active());
  return {
    parent: activeSpan === undefined ? parent : trace.setSpan(parent, activeSpan),
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
  const read = withoutActive(protocol, active);
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
 * Without the values that the active context has, too: `propagation.extract(context.active(), headers)` returns them if the
 * headers have none. Compares by identity.
 */
function withoutActive(protocol: Context, active: Context): Context {
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

/** Without trace and baggage of the active context: they are not those of the message. */
function withoutMessage(active: Context): Context {
  return withIncomingTrace(withExtractedLinks(propagation.deleteBaggage(trace.deleteSpan(active)), []), undefined);
}
