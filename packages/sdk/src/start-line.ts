import type { Configuration } from './configure.js';

/** Where everything goes, in one line. */
export function startLine(configuration: Configuration, url: string | undefined): string {
  const { service, backends, tracing, logger, isDisabled, otlpLogs } = configuration;
  const names = backends.map(({ name }) => name);
  const metrics = isDisabled ? 'off' : `to ${names.length === 0 ? 'nowhere' : names.join(', ')}`;
  return [
    `[sdk] Observing "${service.name}": metrics ${metrics}${url === undefined ? '' : ` (${url})`}`,
    `spans ${tracing === undefined ? 'off' : spansTo(tracing)}`,
    `log lines ${logger === undefined ? 'off' : 'on'}${otlpLogs === undefined ? '' : ` and to ${withoutUserInfo(otlpLogs.url)}`}.`,
  ].join('; ');
}

function spansTo({ exporter = 'otlp', url, protocol }: NonNullable<Configuration['tracing']>): string {
  if (exporter === 'none') return 'to nowhere';
  if (exporter !== 'otlp') return typeof exporter === 'string' ? `to ${exporter}` : 'to an exporter of the service';
  const usual = protocol === 'grpc' ? 'http://localhost:4317' : 'http://localhost:4318/v1/traces';
  return `to ${withoutUserInfo(url ?? usual)}`;
}

function withoutUserInfo(url: string): string {
  return url.replace(/\/\/[^/?#]*@/, '//***@');
}
