import { type Context, createContextKey, type Link } from '@opentelemetry/api';

const key = createContextKey('sightline.tracing.extracted-links.v1');
const none: readonly Link[] = Object.freeze([]);

/**
 * Links to traces that a message carried in addition to the continued one. Add them to the server or consumer span of the
 * message. Each has the attribute `sightline.link.reason`.
 */
export function extractedLinks(context: Context): readonly Link[] {
  return (context.getValue(key) as readonly Link[] | undefined) ?? none;
}

export function withExtractedLinks(context: Context, links: readonly Link[]): Context {
  return links.length === 0 ? context.deleteValue(key) : context.setValue(key, Object.freeze([...links]));
}
