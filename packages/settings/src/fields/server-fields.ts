/** Options of the HTTP server that the Prometheus backend or the sdk opens. */
export const serverFields = {
  /** Port of that server; 0 takes a free one. Default: 9464. */
  port: {
    type: 'port',
    default: 9464,
    variables: {
      METRICS_PORT: 'Port on which Prometheus finds the metrics; 0 takes a free one.',
      OTEL_EXPORTER_PROMETHEUS_PORT: 'The same, as OpenTelemetry calls it.',
    },
  },
  /** Address or host name of that server. Default: all interfaces, IPv4 and IPv6. */
  host: {
    type: 'text',
    advice: 'give an address or a host name; leave it out for all interfaces',
    variables: {
      METRICS_HOST: {
        allowed: 'a string',
        default: 'all interfaces',
        help: 'Address or host name on which the metrics are served.',
      },
      OTEL_EXPORTER_PROMETHEUS_HOST: {
        allowed: 'a string',
        default: 'all interfaces',
        help: 'The same, as OpenTelemetry calls it.',
      },
    },
  },
  /** Path of the metrics on that server. Default: `/metrics`. */
  path: {
    type: 'string',
    isRight: (path: string): boolean => /^\/[^\s?#]*$/.test(path),
    default: '/metrics',
    advice: 'give a path that begins with "/", such as "/metrics"',
  },
  /** Whether that server keeps the process alive, as an exporter needs it. If not, a finished script ends. Default: false. */
  keepsProcessAlive: { type: 'boolean', default: false },
  /** Maximum time for the request line and headers on our own server, in milliseconds. Default: 5000. */
  headersTimeoutMs: { type: 'milliseconds', default: 5000 },
  /** Maximum time for a whole request on our own server, in milliseconds. Default: 10 000. */
  requestTimeoutMs: { type: 'milliseconds', default: 10_000 },
  /** Maximum open connections on our own server. A further one replaces the connection that was idle for longest. Default: 64. */
  maxConnections: { type: 'count', default: 64 },
} as const;
