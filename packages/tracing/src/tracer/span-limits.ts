/** Limits of one span (OpenTelemetry, "Span Limits"). 0 keeps none. What is left out is counted on the span. */
export interface SpanLimits {
  readonly attributeCountLimit: number;
  readonly eventCountLimit: number;
  readonly linkCountLimit: number;
  readonly attributePerEventCountLimit: number;
  readonly attributePerLinkCountLimit: number;
}

/** The specification's defaults. */
export const defaultSpanLimits: SpanLimits = {
  attributeCountLimit: 128,
  eventCountLimit: 128,
  linkCountLimit: 128,
  attributePerEventCountLimit: 128,
  attributePerLinkCountLimit: 128,
};
