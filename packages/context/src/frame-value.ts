import type { Context } from './context-fields.js';

/**
 * What asynchronous code carries: Sightline's fields, and a value of the tracing library. Both are in one storage, so that entering
 * a request with its span costs one run.
 */
export class Frame {
  readonly fields: Context | undefined;
  /** OpenTelemetry's context. Opaque here: this package needs none of OpenTelemetry. */
  readonly trace: unknown;
  /** For the owner of `trace`: what it derives from both. */
  view: unknown;

  constructor(fields: Context | undefined, trace: unknown) {
    this.fields = fields;
    this.trace = trace;
  }
}
