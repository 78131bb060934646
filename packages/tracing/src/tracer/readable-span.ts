import type { Attributes, Context, HrTime, Link, Span, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';

// The interfaces of OpenTelemetry's SDK (`@opentelemetry/sdk-trace` 2.x and 3.x) that span processors and exporters are written
// against, so that neither the SDK nor its types need to be installed. A type test compares them with the SDK's.

/** An event of a span. */
export interface TimedEvent {
  time: HrTime;
  name: string;
  attributes?: Attributes;
  droppedAttributesCount?: number;
}

/** The library that a tracer was made for. */
export interface InstrumentationScope {
  readonly name: string;
  readonly version?: string;
  readonly schemaUrl?: string;
}

/** The entity that spans come from: OpenTelemetry's `Resource`. */
export interface SpanResource {
  readonly attributes: Attributes;
  readonly asyncAttributesPending?: boolean;
  readonly schemaUrl?: string;
  waitForAsyncAttributes?(): Promise<void>;
  merge(other: SpanResource | null): SpanResource;
  getRawAttributes(): Array<[string, unknown]>;
}

/** A recorded span as processors and exporters read it. */
export interface ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: () => SpanContext;
  readonly parentSpanContext?: SpanContext | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: Array<Link & { droppedAttributesCount?: number }>;
  readonly events: TimedEvent[];
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly resource: SpanResource;
  readonly instrumentationScope: InstrumentationScope;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** Called for every recorded span, in the order `onStart`, `onEnding`, `onEnd`. What a hook throws is logged and goes no further. */
export interface SpanProcessor {
  /** The span with its first attributes. `parent` is the very context that it was started in. */
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's processors declare their own `Span` here, which differs between its majors
  onStart(span: Span & any, parent: Context): void;
  /** The span can still be changed. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  onEnding?(span: Span & any): void;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  onEnd(span: ReadableSpan & any): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** The target of ended spans. */
export interface SpanExporter {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  export(spans: any[], resultCallback: (result: { readonly code: number; readonly error?: Error }) => void): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}
