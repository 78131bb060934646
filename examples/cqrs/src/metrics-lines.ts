export interface MetricsLines {
  info(fields: object, message: string): void;
}

/** Writes a window of metrics as a line of JSON with the name of the service, without metrics that have no series. */
export function metricsLines(service: string, write: (line: string) => void = console.log): MetricsLines {
  return {
    info(fields) {
      const { metrics = {} } = fields as { readonly metrics?: Readonly<Record<string, unknown>> };
      const used = Object.entries(metrics).filter(([, value]) => JSON.stringify(value) !== '{}');
      write(JSON.stringify({ service, metrics: Object.fromEntries(used) }));
    },
  };
}
