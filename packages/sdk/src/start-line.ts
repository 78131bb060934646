import { maskedConfiguration } from '@sightline/base/secrets';
import type { Configuration } from './configuration.js';

/** Where everything goes, in one line, without secrets. */
export function startLine(configuration: Configuration, url: string | undefined): string {
  const { service, logger, otlpLogs } = configuration;
  const lines =
    logger === undefined ? 'none' : `written${otlpLogs === undefined ? '' : ` and sent to ${otlpLogs.url}`}`;
  const parts = [
    `metrics: ${metricsTo(configuration, url)}`,
    `spans: ${spansTo(configuration)}`,
    `log lines: ${lines}`,
  ];
  return maskedConfiguration(`[sdk] Observing "${service.name}". ${parts.map(capitalised).join('; ')}.`);
}

/** Of metrics: pages to be scraped, addresses to be sent to. */
export function metricsTo({ backends, targets, http, isDisabled }: Configuration, url: string | undefined): string {
  if (isDisabled) return 'off';
  if (backends.length === 0) return 'recorded, but no backend takes them (METRICS_BACKEND)';
  return backends
    .map(({ name }) => {
      const target = targets.get(name);
      if (name === 'prometheus')
        return url === undefined ? 'prometheus by obs.handler' : `prometheus at ${url}${http.path}`;
      return target === undefined ? name : `${name} to ${target}`;
    })
    .join(', ');
}

export function spansTo({ tracing }: Configuration): string {
  if (tracing === undefined) return 'off';
  const { exporter = 'otlp', protocol, engine } = tracing;
  if (engine === 'registered') return 'by the provider that the service registers';
  if (exporter === 'none') return 'propagated, but sent nowhere (OTEL_TRACES_EXPORTER=none)';
  if (exporter !== 'otlp') return typeof exporter === 'string' ? `to the ${exporter}` : 'to an exporter of the service';
  const usual = protocol === 'grpc' ? 'http://localhost:4317' : 'http://localhost:4318/v1/traces';
  return `to ${tracing.url ?? usual}`;
}

function capitalised(part: string, index: number): string {
  return index === 0 ? `${part.charAt(0).toUpperCase()}${part.slice(1)}` : part;
}
