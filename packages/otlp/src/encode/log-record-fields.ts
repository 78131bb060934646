import type { FlatAttributes } from './flat-attributes.js';

/** A log record, as `logEncoder` takes it. It is read during the call and not kept. */
export interface LogRecordFields {
  /** Whole seconds since 1970, and the nanoseconds beyond them. Both 0 if unknown. */
  readonly timeSeconds: number;
  readonly timeNanos: number;
  readonly observedSeconds: number;
  readonly observedNanos: number;
  /** 1 to 24; 0 if unknown. */
  readonly severityNumber: number;
  readonly severityText?: string | undefined;
  /** Any value that an attribute can have; `undefined` for none. */
  readonly body: unknown;
  readonly attributes: FlatAttributes;
  readonly droppedAttributesCount: number;
  /** 32 and 16 hexadecimal digits. Ids of another form are left out. */
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  /** The trace flags. */
  readonly flags: number;
  readonly eventName?: string | undefined;
}
