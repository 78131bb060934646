import { randomUUID } from 'node:crypto';
import { type Context, propagation } from '@opentelemetry/api';
import { quietly } from './quietly.js';

/** The client's id, if it can be logged and sent back, or a new one. */
export function requestId(header: string | undefined): string {
  return wellFormedId(header) ?? randomUUID();
}

/** From `x-correlation-id`, or the baggage entry `correlation_id`. `undefined` if there is none: the context then generates one. */
export function correlationId(header: string | undefined, extracted: Context): string | undefined {
  return (
    wellFormedId(header) ??
    wellFormedId(quietly(() => propagation.getBaggage(extracted)?.getEntry('correlation_id')?.value, undefined))
  );
}

// The characters of ids (UUID, ULID, hex, base64, `Root=1-…`); none of them can break a header, a line or an exposition.
function wellFormedId(id: string | undefined): string | undefined {
  return id !== undefined && /^[\w.:;=+/@~-]{1,128}$/.test(id) ? id : undefined;
}
