import { maskedConfiguration } from '@sightline/base/secrets';
import { describe, type Setting } from '@sightline/settings';
import type { Tracing } from '@sightline/tracing/sdk';
import type { Configuration } from './configuration.js';
import type { OpenTelemetryApis } from './opentelemetry/start-opentelemetry-apis.js';
import { metricsTo, spansTo } from './start-line.js';

export interface ToExplain {
  readonly configuration: Configuration;
  readonly states: ReadonlyMap<string, string>;
  readonly url: string | undefined;
  readonly tracing: Tracing;
  readonly apis: OpenTelemetryApis;
}

/**
 * Where everything goes, what has become of what was started, and the effective settings with their sources, in sections. Options that are not
 * set and have no default are left out, and so are those of backends that are not used, unless they were set.
 */
export function explanation({ configuration, states, url, tracing, apis }: ToExplain): string {
  const { service, settings, otlpLogs, logger } = configuration;
  const all = settings.list().filter(({ value, source }) => value !== undefined || source !== 'default');
  const isUsed = usedBy(configuration, url);
  const used = all.filter((setting) => isUsed(setting));
  const of = (prefixes: readonly string[]): Setting[] => used.filter(({ name }) => prefixes.includes(sectionOf(name)));
  const linesTo =
    logger === undefined ? 'none' : `written${otlpLogs === undefined ? '' : `, and sent to ${otlpLogs.url}`}`;
  return [
    maskedConfiguration(`Observability of "${service.name}"`),
    ...section('State', [
      ...[...states].map(([what, state]) => `${what}: ${state}`),
      ...(url === undefined ? [] : [`listening on ${url}`]),
      ...apis.state,
      ...tracing.problems.map((problem) => `problem of tracing: ${problem}`),
      ...apis.problems.map((problem) => `problem of OpenTelemetry’s APIs: ${problem}`),
    ]),
    ...section('Service', settingLines(of(serviceNames))),
    ...section(`Metrics: ${metricsTo(configuration, url)}`, settingLines(of(metricsNames))),
    ...section(`Spans: ${spansTo(configuration)}`, settingLines(of(['tracing']))),
    ...section(`Log lines: ${linesTo}`, settingLines(of(['logger', 'otlpLogs', 'logsStart']))),
    ...section('Process', settingLines(used.filter(({ name }) => !placed.has(sectionOf(name))))),
    ...section(
      'Set, but not used',
      settingLines(all.filter((setting) => !isUsed(setting) && setting.source !== 'default')),
    ),
  ].join('\n');
}

const serviceNames = ['serviceName', 'serviceVersion', 'environment', 'instanceId', 'resource'];
const metricsNames = [
  'backend',
  'metrics',
  'processMetrics',
  'prometheus',
  'logSnapshot',
  'otel',
  'statsd',
  'http',
  'server',
];
const placed: ReadonlySet<string> = new Set([
  ...serviceNames,
  ...metricsNames,
  'tracing',
  'logger',
  'otlpLogs',
  'logsStart',
]);

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [maskedConfiguration(title), ...lines.map((line) => `  ${line}`)];
}

function settingLines(settings: readonly Setting[]): string[] {
  return settings.map(describe);
}

/** `http.port` is of `http`. */
function sectionOf(name: string): string {
  return name.split('.', 1)[0] ?? name;
}

/** Whether a setting has an effect as things are. */
function usedBy(
  { backends, tracing, isDisabled }: Configuration,
  url: string | undefined,
): (setting: Setting) => boolean {
  const names = new Set(backends.map(({ name }) => name));
  const unused = new Set<string>();
  if (!names.has('prometheus')) unused.add('prometheus');
  if (!names.has('log')) unused.add('logSnapshot');
  if (!names.has('otel')) unused.add('otel');
  if (!names.has('statsd')) unused.add('statsd');
  if (url === undefined && !names.has('prometheus')) unused.add('http');
  if (isDisabled) unused.add('metrics').add('processMetrics');
  return ({ name }) => !unused.has(sectionOf(name)) && !(tracing === undefined && name.startsWith('tracing.'));
}
