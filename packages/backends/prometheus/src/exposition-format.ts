/** The two text formats: Prometheus' own (0.0.4) and OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** A format in the version that the client asked for. OpenMetrics 0.0.1 is the draft, with the same lines. */
export interface Exposition {
  readonly format: ExpositionFormat;
  readonly contentType: string;
}

export const textExposition: Exposition = {
  format: 'text',
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
};

export const openMetricsExposition: Exposition = {
  format: 'openmetrics',
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

export const openMetricsDraftExposition: Exposition = {
  format: 'openmetrics',
  contentType: 'application/openmetrics-text; version=0.0.1; charset=utf-8',
};
