const identifier = { type: 'string', minLength: 1, maxLength: 256 };

/** ISO 8601 in UTC with milliseconds: without a zone it would mean another moment on every machine. */
export const TIMESTAMP_PATTERN = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$';

/** The JSON Schema (draft 2020-12) of a sent message envelope. Receivers accept more: see `open`. */
export const messageEnvelopeSchema: Readonly<Record<string, unknown>> = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Sightline message envelope, version 1',
  type: 'object',
  required: ['sightline', 'id', 'type', 'name', 'timestamp', 'source', 'correlation_id'],
  properties: {
    sightline: { const: 1 },
    id: identifier,
    type: { enum: ['command', 'query', 'event', 'saga'] },
    name: identifier,
    timestamp: { type: 'string', pattern: TIMESTAMP_PATTERN },
    source: identifier,
    correlation_id: identifier,
    // Optional fields may be null, too: serialisers of other languages write absent fields so.
    causation_id: { ...identifier, type: ['string', 'null'] },
    trace: {
      type: ['object', 'null'],
      maxProperties: 32,
      additionalProperties: { type: ['string', 'null'], maxLength: 16_384 },
    },
    context: {
      type: ['object', 'null'],
      maxProperties: 32,
      propertyNames: { maxLength: 100 },
      additionalProperties: { type: ['string', 'number', 'boolean', 'null'], maxLength: 1024 },
    },
    payload: {},
    payload_base64: { type: ['string', 'null'], pattern: '^[A-Za-z0-9+/]*={0,2}$' },
  },
  not: {
    required: ['payload', 'payload_base64'],
    properties: { payload: { not: { type: 'null' } }, payload_base64: { type: 'string' } },
  },
  additionalProperties: true,
};
