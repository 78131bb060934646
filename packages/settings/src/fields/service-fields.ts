/** Who the service is. Of several variables for one option the first wins. */
export const serviceFields = {
  serviceName: {
    type: 'text',
    variables: {
      OTEL_SERVICE_NAME: { default: '`unknown_service:node`', help: 'The name of the service.' },
      OPENTELEMETRY_SERVICE_NAME: { default: '`unknown_service:node`', help: 'An older spelling.' },
      DD_SERVICE: { default: '`unknown_service:node`', help: 'The same as Datadog calls it.' },
    },
  },
  serviceVersion: {
    type: 'text',
    variables: { DD_VERSION: { default: '', help: 'The version of the service, as Datadog calls it.' } },
  },
  /** Where the service runs, such as `production`. */
  environment: {
    type: 'text',
    variables: {
      OPENTELEMETRY_ENVIRONMENT: { default: '', help: 'Where the service runs, such as `production`.' },
      DD_ENV: { default: '', help: 'The same as Datadog calls it.' },
    },
  },
} as const;
