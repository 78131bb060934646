import { maskedConfiguration, maskedSetting } from '@sightline/base/secrets';
import type { Setting } from '@sightline/settings';
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

/** A part of the explanation. Everything in it is masked. */
export interface ExplainedSection {
  readonly title: string;
  readonly rows: readonly ExplainedRow[];
}

/** A setting with its source; a fact has only a `value`. */
export interface ExplainedRow {
  readonly name: string;
  readonly value: string;
  readonly source: string;
}

/**
 * Where everything goes, what has become of what was started, and the effective settings with their sources, in sections. Options that are not
 * set and have no default are left out, and so are those of backends that are not used, unless they were set.
 */
export function explanation(given: ToExplain): string {
  const { service } = given.configuration;
  return [
    maskedConfiguration(`Observability of "${service.name}"`),
    ...explainedSections(given).flatMap(({ title, rows }) => [title, ...rows.map((row) => `  ${lineOf(row)}`)]),
  ].join('\n');
}

/** The same for programs. Sections without rows are left out. */
export function explainedSections({
  configuration,
  states,
  url,
  tracing,
  apis,
}: ToExplain): readonly ExplainedSection[] {
  const { settings, otlpLogs, logger } = configuration;
  const all = settings.list().filter(({ value, source }) => value !== undefined || source !== 'default');
  const isUsed = usedBy(configuration, url);
  const used = all.filter((setting) => isUsed(setting));
  const of = (prefixes: readonly string[]): Setting[] => used.filter(({ name }) => prefixes.includes(sectionOf(name)));
  const linesTo =
    logger === undefined ? 'none' : `written${otlpLogs === undefined ? '' : `, and sent to ${otlpLogs.url}`}`;
  const sections: ReadonlyArray<readonly [title: string, rows: readonly ExplainedRow[]]> = [
    [
      'State',
      [
        ...[...states].map(([what, state]) => fact(`${what}: ${state}`)),
        ...(url === undefined ? [] : [fact(`listening on ${url}`)]),
        ...apis.state.map(fact),
        ...tracing.problems.map((problem) => fact(`problem of tracing: ${problem}`)),
        ...apis.problems.map((problem) => fact(`problem of OpenTelemetry’s APIs: ${problem}`)),
      ],
    ],
    ['Service', of(serviceNames).map(settingRow)],
    [`Metrics: ${metricsTo(configuration, url)}`, of(metricsNames).map(settingRow)],
    [`Spans: ${spansTo(configuration)}`, of(['tracing']).map(settingRow)],
    [`Log lines: ${linesTo}`, of(['logger', 'otlpLogs', 'logsStart']).map(settingRow)],
    ['Live page', of(['live']).map(settingRow)],
    ['Process', used.filter(({ name }) => !placed.has(sectionOf(name))).map(settingRow)],
    ['Set, but not used', all.filter((setting) => !isUsed(setting) && setting.source !== 'default').map(settingRow)],
  ];
  return sections
    .filter(([, rows]) => rows.length > 0)
    .map(([title, rows]) => ({ title: maskedConfiguration(title), rows }));
}

function fact(value: string): ExplainedRow {
  return { name: '', value, source: '' };
}

function settingRow({ name, value, source }: Setting): ExplainedRow {
  return { name, value: maskedSetting(name, value), source };
}

function lineOf({ name, value, source }: ExplainedRow): string {
  return name === '' ? value : `${name} = ${value} (${source})`;
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
  'live',
]);

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
