import { type Context, type Link, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { AttributeInputs } from '@sightline/tracing';
import { type CarryOptions, extractContext, extractedLinks, httpCarrier } from '@sightline/tracing/propagation';
import { batchOf } from './batch-event.js';
import { httpRequestOf } from './http-event.js';

/** The facts of an invocation that its event holds. */
export interface InvocationEvent {
  /** `faas.trigger` of the semantic conventions. */
  readonly trigger: 'http' | 'pubsub' | 'datasource' | 'timer' | 'other';
  /** `undefined` for the name of the function. */
  readonly spanName: string | undefined;
  readonly kind: SpanKind;
  readonly attributes: AttributeInputs;
  /** What the event continues. */
  readonly parent: Context;
  readonly links: readonly Link[];
  readonly isRoot: boolean;
  readonly correlationId: string | undefined;
  /** Items of a batch. */
  readonly items: number;
  /** Of a response, where the event is a request. */
  statusOf(result: unknown): number | undefined;
  /** How many items of a batch the result gives back to be tried again. */
  failedItems(result: unknown): number;
}

/** Recognises an event by its fields: it does not name its sender. */
export function invocationEvent(event: unknown, propagator: CarryOptions['propagator']): InvocationEvent {
  const carrying = { context: ROOT_CONTEXT, ...(propagator === undefined ? {} : { propagator }) };
  const http = httpRequestOf(event);
  if (http !== undefined) {
    const carried = extractContext(httpCarrier, http.headers, carrying);
    const parent = trace.getSpanContext(carried) === undefined ? ofPlatform(carried, carrying) : carried;
    return {
      ...plain,
      trigger: 'http',
      spanName: http.spanName,
      attributes: http.attributes,
      parent,
      links: extractedLinks(parent),
      correlationId: correlationId(http.headers['x-correlation-id'], parent),
      statusOf: http.statusOf,
    };
  }
  const batch = batchOf(event);
  if (batch !== undefined) {
    const senders = batch.carriers.map((fields) => extractContext(httpCarrier, fields, carrying));
    return {
      ...plain,
      trigger: batch.trigger,
      spanName: batch.spanName,
      kind: batch.trigger === 'pubsub' ? SpanKind.CONSUMER : SpanKind.SERVER,
      attributes: batch.attributes,
      links: linksTo(senders),
      isRoot: true,
      correlationId: senders.length === 1 ? correlationId(undefined, senders[0] ?? ROOT_CONTEXT) : undefined,
      items: batch.items,
      failedItems: batch.failedItems,
    };
  }
  const isTimer = Reflect.get(Object(event), 'detail-type') === 'Scheduled Event';
  return { ...plain, trigger: isTimer ? 'timer' : 'other', parent: ofPlatform(ROOT_CONTEXT, carrying) };
}

/** AWS Lambda's own trace of the invocation, which only a propagator for X-Ray reads. */
function ofPlatform(context: Context, carrying: CarryOptions): Context {
  const header = process.env['_X_AMZN_TRACE_ID'];
  if (header === undefined) return context;
  return extractContext(httpCarrier, { 'x-amzn-trace-id': header }, { ...carrying, context });
}

const plain: InvocationEvent = {
  trigger: 'other',
  spanName: undefined,
  kind: SpanKind.SERVER,
  attributes: {},
  parent: ROOT_CONTEXT,
  links: [],
  isRoot: false,
  correlationId: undefined,
  items: 0,
  statusOf: () => undefined,
  failedItems: () => 0,
};

/** Each sender once. */
function linksTo(senders: readonly Context[]): readonly Link[] {
  const links = new Map<string, Link>();
  for (const sender of senders) {
    const context = trace.getSpanContext(sender);
    if (context !== undefined) links.set(`${context.traceId}-${context.spanId}`, { context });
    for (const link of extractedLinks(sender)) links.set(`${link.context.traceId}-${link.context.spanId}`, link);
  }
  return [...links.values()];
}

function correlationId(header: string | undefined, carried: Context): string | undefined {
  return wellFormed(header) ?? wellFormed(propagation.getBaggage(carried)?.getEntry('correlation_id')?.value);
}

/** What ids are made of, and nothing that could break a line. */
function wellFormed(id: string | undefined): string | undefined {
  return id !== undefined && /^[\w.:;=+/@~-]{1,128}$/.test(id) ? id : undefined;
}
