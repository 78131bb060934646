import type { Span } from '@opentelemetry/api';

let isWarned = false;

/**
 * How many links the span was started with and has not kept: an SDK keeps the last ones up to its limit. The span says so in
 * `sightline.message.unlinked_senders`, and the first of all is a process warning (`SIGHTLINE_MESSAGE`).
 */
export function unlinkedSenders(span: Span): number {
  // Spans of OpenTelemetry's SDK know; the API has no question for it.
  const { droppedLinksCount: count } = span as Span & { readonly droppedLinksCount?: unknown };
  if (typeof count !== 'number' || !(count > 0)) return 0;
  span.setAttribute('sightline.message.unlinked_senders', count);
  if (!isWarned) {
    isWarned = true;
    process.emitWarning(
      `[tracing] The span of a batch has no link to ${count} of its senders, because spans keep no more links. Set OTEL_SPAN_LINK_COUNT_LIMIT to the size of batches, or handle smaller ones. Further cases are counted in sightline_message_links_dropped_total.`,
      { type: 'SightlineWarning', code: 'SIGHTLINE_MESSAGE' },
    );
  }
  return count;
}
