/** The differences between the signals on the wire (OTLP 1.x; opentelemetry-proto, `collector/<signal>/v1`). */
export interface SignalWire {
  /** Appended to a base address. */
  readonly path: string;
  readonly grpcPath: string;
  /** The JSON field of a partial success that counts what was rejected. */
  readonly rejectedField: string;
  /** What is sent, in the plural, for log lines. */
  readonly items: string;
}

export type OtlpSignal = 'metrics' | 'traces' | 'logs';

export const signalWires: Readonly<Record<OtlpSignal, SignalWire>> = {
  metrics: {
    path: 'v1/metrics',
    grpcPath: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
    rejectedField: 'rejectedDataPoints',
    items: 'data points',
  },
  traces: {
    path: 'v1/traces',
    grpcPath: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    rejectedField: 'rejectedSpans',
    items: 'spans',
  },
  logs: {
    path: 'v1/logs',
    grpcPath: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
    rejectedField: 'rejectedLogRecords',
    items: 'log records',
  },
};
