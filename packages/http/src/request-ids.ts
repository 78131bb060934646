import { type Context, propagation } from '@opentelemetry/api';
import { quietly } from './quietly.js';
import { randomUuid } from './random-uuid.js';

/** The client's id, if it can be logged and sent back, or a new one. */
export function requestId(header: string | undefined): string {
  return wellFormedId(header) ?? randomUuid();
}

/** From `x-correlation-id`, or the baggage entry `correlation_id`, or a new one. */
export function correlationId(header: string | undefined, extracted: Context): string {
  return (
    wellFormedId(header) ??
    wellFormedId(quietly(() => propagation.getBaggage(extracted)?.getEntry('correlation_id')?.value, undefined)) ??
    randomUuid()
  );
}

// The characters of ids (UUID, ULID, hex, base64, `Root=1-…`); none of them can break a header, a line or an exposition.
function wellFormedId(id: string | undefined): string | undefined {
  return id !== undefined && /^[\w.:;=+/@~-]{1,128}$/.test(id) ? id : undefined;
}
