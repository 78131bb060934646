import { randomUUID } from 'node:crypto';
import { type Context, propagation } from '@opentelemetry/api';
import { quietly } from './quietly.js';

/** The id that the client gave, if it is one that can be logged and sent back, or a new one. */
export function requestId(header: string | undefined): string {
  return wellFormedId(header) ?? randomUUID();
}

/** From `x-correlation-id`, or the baggage entry `correlation_id`. `undefined` where neither gives one: the context then makes it. */
export function correlationId(header: string | undefined, extracted: Context): string | undefined {
  return (
    wellFormedId(header) ??
    wellFormedId(quietly(() => propagation.getBaggage(extracted)?.getEntry('correlation_id')?.value, undefined))
  );
}

// What ids are made of (UUID, ULID, hex, base64, `Root=1-…`) and nothing that could break a header, a line or a page.
function wellFormedId(id: string | undefined): string | undefined {
  return id !== undefined && /^[\w.:;=+/@~-]{1,128}$/.test(id) ? id : undefined;
}
