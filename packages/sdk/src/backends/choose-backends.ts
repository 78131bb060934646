import { nearestName } from '@sightline/base';
import { quotedSetting } from '@sightline/base/secrets';
import type { LazyBackend, MetricsBackend } from '@sightline/core';
import type { EnvironmentReader, EnvironmentRow } from '@sightline/settings';
import { type Candidate, given, type Settings } from '@sightline/settings';
import { rowsOf } from '@sightline/settings/fields';
import { type BackendChoice, type ObservabilityOptions, observabilityFields } from '../options.js';
import { isBackend } from './backend-loader.js';
import { builtInBackends } from './built-in-backends.js';

const rows = rowsOf('backend', observabilityFields.backend);

/** A backend's name, or a backend that was passed in code. */
export type Chosen = string | MetricsBackend | LazyBackend;

/** The backends that code, environment and defaults choose, in this order. Wrong names in code go to `problems`. */
export function chooseBackends(
  options: ObservabilityOptions,
  environment: EnvironmentReader,
  settings: Settings,
  problems: string[],
): readonly Chosen[] {
  const known = [...new Set([...Object.keys(builtInBackends), ...Object.keys(options.backends ?? {})])];
  const names: Names = { known, isKnown: (name) => known.includes(name) };
  problems.push(...Object.entries(options.backends ?? {}).flatMap(([name, entry]) => loaderProblems(name, entry)));
  const inCode = choiceOf('backend', options.backend, names, problems);
  const inDefaults = choiceOf('defaults.backend', options.defaults?.backend, names, problems);
  const candidates: Array<Candidate<readonly Chosen[]> | undefined> = [
    given(inCode, 'code'),
    namesFrom(rows.METRICS_BACKEND, environment, names, (name) => name),
    namesFrom(rows.OTEL_METRICS_EXPORTER, environment, names, (name) => backendOfExporter[name] ?? name),
    given(inDefaults, 'defaults'),
  ];
  const isEnabled = environment.read(rows.ENABLE_METRICS, 'backend');
  const addsPrometheus = environment.read(rows.ENABLE_PROMETHEUS_METRICS, 'backend');

  const base = candidates.find((candidate) => candidate !== undefined) ?? { value: ['log'], source: 'default' };
  if (isEnabled?.value === false) return note(settings, [], isEnabled.source);
  if (addsPrometheus?.value === true && base.source !== 'code' && !base.value.map(nameOf).includes('prometheus')) {
    return note(settings, [...base.value, 'prometheus'], `${base.source}, ${addsPrometheus.source}`);
  }
  return note(settings, base.value, base.source);
}

interface Names {
  readonly known: readonly string[];
  isKnown(name: string): boolean;
}

/** What OpenTelemetry calls some of them. */
const backendOfExporter: Readonly<Record<string, string>> = { otlp: 'otel', console: 'log' };

function choiceOf(
  option: string,
  choice: BackendChoice | undefined,
  names: Names,
  problems: string[],
): readonly Chosen[] | undefined {
  if (choice === undefined) return undefined;
  const list: readonly Chosen[] = isList(choice) ? choice : [choice];
  const entries = list.flatMap((entry): readonly Chosen[] => (typeof entry === 'string' ? splitNames(entry) : [entry]));
  if (entries.length === 0) problems.push(`${option} is empty. Pass 'none' to send metrics nowhere.`);
  for (const entry of entries) {
    if (typeof entry !== 'string') {
      if (!(isBackend(entry) || isLazy(entry))) {
        problems.push(
          `${option} has an entry that is no backend. Pass a name, or what a function such as prometheusBackend() returns.`,
        );
      }
    } else if (entry === 'none') {
      if (entries.length > 1) problems.push(`${option} has "none" beside other backends. Leave one of them out.`);
    } else if (!names.isKnown(entry)) {
      problems.push(`${option} has ${quotedSetting(option, entry)}, ${whyUnknown(entry, names.known)}`);
    }
  }
  return [...new Set(entries)].filter((entry) => entry !== 'none');
}

/** The known ones of the names in a variable, or nothing if no name of it can be used. */
function namesFrom(
  row: EnvironmentRow<'names'>,
  environment: EnvironmentReader,
  names: Names,
  backendOf: (name: string) => string,
): Candidate<readonly Chosen[]> | undefined {
  const read = environment.read(row, 'backend');
  if (read === undefined) return undefined;
  const others = read.value.filter((name) => name !== 'none');
  if (others.length < read.value.length) {
    if (others.length === 0) return { value: [], source: read.source };
    environment.reject(row.name, 'backend', 'has "none" beside other backends, which is ignored.');
  }
  const usable = others.filter((name) => {
    if (names.isKnown(backendOf(name))) return true;
    environment.reject(
      row.name,
      'backend',
      `has ${quotedSetting('name', name)}, ${whyUnknown(backendOf(name), names.known)}`,
    );
    return false;
  });
  return usable.length === 0 ? undefined : { value: [...new Set(usable.map(backendOf))], source: read.source };
}

function loaderProblems(name: string, entry: unknown): string[] {
  if (!/^[a-z][a-z0-9_.-]*$/.test(name) || name === 'none') {
    return [
      `backends has the name "${name}". Use lower-case letters, digits and "-", so that METRICS_BACKEND can hold it.`,
    ];
  }
  const { load, histogramNeed } = Object(entry);
  const isLoadable = typeof load === 'function' && ['explicit', 'quantiles', 'native'].includes(histogramNeed);
  return typeof entry === 'function' || isLoadable
    ? []
    : [
        `backends.${name} is no loader. Pass () => import('…'), or { histogramNeed: 'explicit' | 'quantiles' | 'native', load }.`,
      ];
}

function whyUnknown(name: string, known: readonly string[]): string {
  const available = `Available: ${[...known, 'none'].join(', ')}.`;
  const nearest = nearestName(name, [...known, 'none']);
  return `which is no backend.${nearest === undefined ? '' : ` Did you mean "${nearest}"?`} ${available}`;
}

function note(settings: Settings, chosen: readonly Chosen[], source: string): readonly Chosen[] {
  const names = chosen.map(nameOf);
  settings.set('backend', names.length === 0 ? 'none' : names.join(','), source);
  return chosen;
}

function nameOf(entry: Chosen): string {
  return typeof entry === 'string' ? entry : entry.name;
}

function isList(choice: BackendChoice): choice is readonly Chosen[] {
  return Array.isArray(choice);
}

function splitNames(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function isLazy(value: unknown): value is LazyBackend {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'load' in value &&
    typeof value.load === 'function'
  );
}
