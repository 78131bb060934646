import { type Context, type Link, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { extractedLinks, withExtractedLinks } from '../propagation/extracted-links.js';
import { optionOf } from '../untrusted-values.js';
import type { CarrierAdapter } from './carrier-adapter.js';
import { type CarryOptions, extractContext, givenContext } from './carry-context.js';
import { cloudEventCarrier, cloudEventHeadersCarrier } from './cloud-event-carrier.js';
import { type HttpHeaders, httpCarrier } from './http-carrier.js';
import type { FieldMap } from './map-carrier.js';

/** A CloudEvent as it arrived: in the binary mode its attributes are among the headers. */
export interface ReceivedCloudEvent {
  /** Of the HTTP request that brought it. */
  readonly headers?: HttpHeaders | undefined;
  /** Its attributes, in the structured mode or from another protocol. */
  readonly event?: FieldMap | object | undefined;
}

/**
 * The context of a CloudEvent with the distributed tracing extension. The protocol's headers say which request brought the
 * event, and are the parent; the event's own `traceparent` says where it began. Over several hops the two differ: then the
 * latter becomes a link (`extractedLinks`). If there are no headers of the protocol, the event's own is the parent.
 */
export function extractCloudEvent(received: ReceivedCloudEvent, options: CarryOptions = {}): Context {
  try {
    return extracted(optionOf(received, 'headers'), optionOf(received, 'event'), options);
  } catch {
    return givenContext(options, ROOT_CONTEXT); // a context or propagator that throws
  }
}

function extracted(
  headers: ReceivedCloudEvent['headers'],
  event: ReceivedCloudEvent['event'],
  options: CarryOptions,
): Context {
  const hop = headers === undefined ? undefined : spanContextIn(httpCarrier, headers, options);
  const own =
    (event === undefined ? undefined : spanContextIn(cloudEventCarrier, event as FieldMap, options)) ??
    (headers === undefined ? undefined : spanContextIn(cloudEventHeadersCarrier, headers, options));
  const received = hop ?? own;
  if (received === undefined)
    return headers === undefined ? givenContext(options, ROOT_CONTEXT) : extractContext(httpCarrier, headers, options);
  const start = own === undefined ? undefined : trace.getSpanContext(own);
  const parent = trace.getSpanContext(received);
  if (start === undefined || (start.traceId === parent?.traceId && start.spanId === parent.spanId)) return received;
  const link: Link = { context: start, attributes: { 'sightline.link.reason': 'cloud_event_start' } };
  return withExtractedLinks(received, [...extractedLinks(received), link]);
}

/** The context with the carrier's trace; `undefined` if it has none. */
function spanContextIn<M>(carrier: CarrierAdapter<M>, message: M, options: CarryOptions): Context | undefined {
  const before = givenContext(options, ROOT_CONTEXT);
  const after = extractContext(carrier, message, { propagator: optionOf(options, 'propagator'), context: before });
  return trace.getSpan(after) === trace.getSpan(before) ? undefined : after;
}
