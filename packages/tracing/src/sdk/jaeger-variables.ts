import type { EnvironmentReader } from '@sightline/settings';

/**
 * Reports variables for Jaeger's retired clients, and the variable to set instead. Reports nothing if an OTLP address is set, or
 * if Kubernetes made the variable for a service called "jaeger".
 */
export function reportJaegerVariables(environment: EnvironmentReader): void {
  if (otlpAddresses.some((name) => environment.has(name))) return;
  const found = jaegerVariables
    .map((name) => ({ name, value: environment.read({ ...row, name }, 'url')?.value }))
    .filter(({ value }) => value !== undefined && !/^(?:tcp|udp):\/\//.test(value));
  if (found.length === 0) return;
  const host = found.map(({ value = '' }) => hostIn(value)).find((each) => each !== undefined) ?? 'localhost';
  environment.rejectTogether(
    found.map(({ name }) => name),
    `is not used: Jaeger takes OTLP. Set OTEL_EXPORTER_OTLP_ENDPOINT=http://${host}:4318 instead.`,
  );
}

const otlpAddresses = [
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OPENTELEMETRY_OTLP_ENDPOINT',
];

const jaegerVariables = ['JAEGER_HOST', 'JAEGER_PORT', 'JAEGER_AGENT_HOST', 'JAEGER_AGENT_PORT', 'JAEGER_ENDPOINT'];

const row = { sets: 'url', type: 'string', defaultText: '', description: '' } as const;

/** The host in `jaeger` or `http://jaeger:14268/api/traces`; a port alone has none. */
function hostIn(value: string): string | undefined {
  const host = /^(?:[a-z]+:\/\/(?:[^/@]*@)?)?(\[[\da-f:.]+\]|[\w.-]+)/i.exec(value)?.[1];
  return host === undefined || /^\d+$/.test(host) ? undefined : host;
}
