import {
  type Context,
  isSpanContextValid,
  type Link,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { extractedLinks, withExtractedLinks } from './extracted-links.js';
import { type IncomingTrace, incomingTrace, withIncomingTrace } from './incoming-trace.js';

const maxLinks = 8;

/**
 * Several propagators as one, the most trusted first. All of them write. The first trace that one of them reads is continued;
 * a different trace or span of a later one becomes a link (`extractedLinks`) instead of silently replacing it. If a later one
 * reads the same span, its additional facts are kept: the debug flag, or an id of 64 bits.
 *
 * A propagator that throws is skipped.
 */
export function compositePropagator(propagators: readonly TextMapPropagator[]): TextMapPropagator {
  const all = [...propagators];
  return {
    inject<C>(context: Context, carrier: C, setter: TextMapSetter<C>): void {
      for (const propagator of all) {
        try {
          propagator.inject(context, carrier, setter);
        } catch {
          // The others still write.
        }
      }
    },

    extract<C>(context: Context, carrier: C, getter: TextMapGetter<C>): Context {
      let merged: Context = context;
      for (const propagator of all) {
        try {
          merged = mergedContext(context, merged, propagator.extract(merged, carrier, getter));
        } catch {
          // The others still read.
        }
      }
      return merged;
    },

    fields: (): string[] => [...new Set(all.flatMap((propagator) => propagator.fields()))],
  };
}

/** @param given before any propagator @param before after the earlier propagators @param after after this propagator */
function mergedContext(given: Context, before: Context, after: Context): Context {
  const first = trace.getSpan(before);
  const hasTrace = first !== undefined && first !== trace.getSpan(given);
  const decision = incomingTrace(before);
  const hasDecision = decision !== undefined && decision !== incomingTrace(given);
  if (!hasTrace) {
    // A trace replaces an earlier decision without ids, but keeps its debug flag.
    const isDebug = hasDecision && decision.sampling === 'debug';
    return isDebug && after !== before ? withDebug(after) : after;
  }
  const second = trace.getSpan(after);
  const read = incomingTrace(after);
  if (second === first && read === decision) return after;
  const kept = withIncomingTrace(trace.setSpan(after, first), decision);
  if (second === undefined || second === first) return read?.sampling === 'debug' ? withDebug(kept) : kept;
  const isSame = isSameSpan(first.spanContext(), second.spanContext());
  return isSame ? withIncomingTrace(kept, mergedTrace(decision, read)) : linkedTo(kept, second.spanContext());
}

function withDebug(context: Context): Context {
  const incoming = incomingTrace(context);
  return withIncomingTrace(context, { ...incoming, traceId: incoming?.traceId, sampling: 'debug' });
}

function mergedTrace(first: IncomingTrace | undefined, second: IncomingTrace | undefined): IncomingTrace | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return {
    ...first,
    sampling: second.sampling === 'debug' ? 'debug' : first.sampling,
    isRandom: first.isRandom ?? second.isRandom,
    isShort: first.isShort ?? second.isShort,
  };
}

function linkedTo(context: Context, spanContext: SpanContext): Context {
  const links = extractedLinks(context);
  const isNew = !links.some((link) => isSameSpan(link.context, spanContext));
  if (!isSpanContextValid(spanContext) || !isNew || links.length >= maxLinks) return context;
  const link: Link = { context: spanContext, attributes: { 'sightline.link.reason': 'conflicting_context' } };
  return withExtractedLinks(context, [...links, link]);
}

function isSameSpan(a: SpanContext, b: SpanContext): boolean {
  return a.traceId === b.traceId && a.spanId === b.spanId;
}
