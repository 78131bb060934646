import { spanEncoder } from '@sightline/otlp/encode';
import { spanRecord } from '../store/test-store.js';

/** A request of some spans. */
export function spanRequest(count = 1, encoding: 'protobuf' | 'json' = 'protobuf', name = 'work'): Buffer {
  const encoder = spanEncoder({ encoding, resource: ['service.name', 'shop'] });
  const scope = { name: 'test' };
  const spans = Array.from({ length: count }, (_, i) => encoder.encode(spanRecord({ id: i + 1, name }), scope));
  return Buffer.from(encoder.request(spans));
}
