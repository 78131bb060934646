import type { CarrierAdapter } from './carrier-adapter.js';
import { nestedFields } from './nested-fields.js';

/** A JSON envelope that keeps its context in an object `trace`, as a `MessageEnvelope` does. For fields at its top: `mapCarrier`. */
export const envelopeCarrier: CarrierAdapter<object> = nestedFields([['trace']]);
