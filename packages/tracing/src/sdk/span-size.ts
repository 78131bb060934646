import { attributesSize } from '@sightline/otlp';
import type { ReadableSpan } from '../tracer/readable-span.js';

/** The estimated size of a span in bytes. */
export function spanSize({ name, attributes, events, links, status }: ReadableSpan): number {
  let size = SPAN_SIZE + name.length + (status.message?.length ?? 0) + attributesSize(attributes);
  for (const event of events) size += event.name.length + attributesSize(event.attributes);
  for (const link of links) size += SPAN_SIZE + attributesSize(link.attributes);
  return size;
}

/** Estimated bytes of ids, times and the like. */
const SPAN_SIZE = 256;
