import type { SpanProcessor } from '@sightline/tracing/tracer';
import { spanRecordOf } from '@sightline/tracing/tracer';
import type { LiveTarget } from './live-feed.js';

/** Shows every recorded span that ended to the page, sampled or not. */
export function liveSpanProcessor(target: LiveTarget): SpanProcessor {
  return {
    onStart() {},
    onEnd: (span) => target.span(spanRecordOf(span), span.instrumentationScope),
    async forceFlush() {},
    async shutdown() {},
  };
}
