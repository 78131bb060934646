import type { Span } from '@opentelemetry/api';

let isWarned = false;

/**
 * How many of its links the span did not keep: an SDK keeps the last ones up to its limit. Sets the span's attribute
 * `sightline.message.unlinked_senders`; the first case is a process warning (`SIGHTLINE_MESSAGE`).
 */
export function unlinkedSenders(span: Span): number {
  // Spans of OpenTelemetry's SDK have this field; the API has none for it.
  const { droppedLinksCount: count } = span as Span & { readonly droppedLinksCount?: unknown };
  if (typeof count !== 'number' || !(count > 0)) return 0;
  span.setAttribute('sightline.message.unlinked_senders', count);
  if (!isWarned) {
    isWarned = true;
    process.emitWarning(
      `[tracing] The span of a batch has no link to ${count} of its senders, because it reached the link limit. Set OTEL_SPAN_LINK_COUNT_LIMIT to the size of batches, or handle smaller ones. Further cases are counted in sightline_message_links_dropped_total.`,
      { type: 'SightlineWarning', code: 'SIGHTLINE_MESSAGE' },
    );
  }
  return count;
}
