import type { FlatAttributes } from './flat-attributes.js';

/** An ended span, as `spanEncoder` takes it. It is read during the call and not kept. */
export interface SpanRecord {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** 16 hexadecimal digits. */
  readonly parentSpanId: string | undefined;
  /** The value of the `tracestate` header. */
  readonly traceState: string | undefined;
  /** As on the wire: the trace flags, 0x100 ("has is_remote"), and 0x200 if the parent is remote. */
  readonly flags: number;
  readonly name: string;
  /** The SpanKind of OpenTelemetry's API, 0 to 4. On the wire it is one more. */
  readonly kind: number;
  /** Whole seconds since 1970, and the nanoseconds beyond them. */
  readonly startSeconds: number;
  readonly startNanos: number;
  readonly endSeconds: number;
  readonly endNanos: number;
  readonly attributes: FlatAttributes;
  readonly droppedAttributesCount: number;
  readonly events: readonly SpanEventRecord[];
  readonly droppedEventsCount: number;
  readonly links: readonly SpanLinkRecord[];
  readonly droppedLinksCount: number;
  /** 0 unset, 1 ok, 2 error. */
  readonly statusCode: number;
  readonly statusMessage: string | undefined;
}

export interface SpanEventRecord {
  readonly name: string;
  /** Whole seconds since 1970, and the nanoseconds beyond them. */
  readonly seconds: number;
  readonly nanos: number;
  readonly attributes: FlatAttributes;
  readonly droppedAttributesCount: number;
}

/** Ids of another form than those of a span are left out: a receiver would refuse the whole request for them. */
export interface SpanLinkRecord {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string | undefined;
  /** As on the wire: the trace flags, 0x100, and 0x200 if the linked context is remote. */
  readonly flags: number;
  readonly attributes: FlatAttributes;
  readonly droppedAttributesCount: number;
}
