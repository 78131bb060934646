import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { messageOf } from '@sightline/base';
import { createMetrics, type MetricsCollector } from '@sightline/core';
import type { MetricsSnapshot } from '@sightline/core/backend';
import { type LintOptions, type LintProblem, lintedFamilies, lintMetrics, lintRules } from '@sightline/core/lint';

/** Where a command writes. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/** `sightline lint`. Resolves with the exit code: 0 without errors, 1 with some, 2 if nothing could be checked. */
export async function lintCommand(args: readonly string[], { out, err }: Output): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    err(`[sightline] ${messageOf(error)}`);
    return 2;
  }
  const { values, positionals, ignore } = parsed;
  if (positionals.length === 0) {
    err('[sightline] lint takes the modules that declare metrics: sightline lint dist/metrics.js');
    return 2;
  }
  // Nothing is to be sent or served for being looked at; spans neither.
  process.env['ENABLE_METRICS'] = 'false';
  process.env['OTEL_TRACES_EXPORTER'] = 'none';
  const options: LintOptions = {
    allowedLabels: values['allow-label'] ?? [],
    forbiddenLabels: values['forbid-label'] ?? [],
    ignore,
  };
  const problems: LintProblem[] = [];
  let metrics = 0;
  for (const path of positionals) {
    try {
      const snapshots = await snapshotsOf(path);
      metrics += snapshots.reduce((sum, snapshot) => sum + lintedFamilies(snapshot).length, 0);
      problems.push(...snapshots.flatMap((snapshot) => lintMetrics(snapshot, options)));
    } catch (error) {
      err(`[sightline] ${path}: ${messageOf(error)}${hintFor(error)}`);
      return 2;
    }
  }
  if (metrics === 0) {
    err(
      `[sightline] ${positionals.join(', ')} declares no metrics. Export an observability, a collector, or a function that takes a collector.`,
    );
    return 2;
  }
  if (values.json === true) out(JSON.stringify(problems, undefined, 2));
  else for (const { level, metric, rule, message } of problems) out(`${level}  ${metric} ${message} (${rule})`);
  const errors = problems.filter(({ level }) => values.strict === true || level === 'error').length;
  if (values.json !== true) out(`${metrics} metrics, ${errors} errors, ${problems.length - errors} warnings`);
  return errors === 0 ? 0 : 1;
}

function parse(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      strict: { type: 'boolean' },
      json: { type: 'boolean' },
      'allow-label': { type: 'string', multiple: true },
      'forbid-label': { type: 'string', multiple: true },
      ignore: { type: 'string', multiple: true },
    },
  });
  return { values, positionals, ignore: (values.ignore ?? []).map(ignored) };
}

/** `jobs` or `jobs:counter-suffix`. */
function ignored(text: string): NonNullable<LintOptions['ignore']>[number] {
  const [metric, name] = text.split(':', 2);
  const rule = lintRules.find((each) => each === name);
  if (name !== undefined && rule === undefined) {
    throw new Error(`--ignore ${text}: there is no rule "${name}". Rules are ${lintRules.join(', ')}.`);
  }
  return { metric, rule };
}

/** Of every export of the module that holds metrics, or declares some when it is called with a collector. */
async function snapshotsOf(path: string): Promise<MetricsSnapshot[]> {
  const module = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  const exported = new Set(Object.values(module).flatMap((value) => [value, ...ofDefault(value)]));
  const sources = new Set<{ snapshot(): MetricsSnapshot }>();
  for (const value of exported) {
    const source = [value, property(value, 'metrics')].find(isSource);
    if (source !== undefined) sources.add(source);
    else if (typeof value === 'function' && value.length === 1 && !isClass(value)) sources.add(await declaredBy(value));
  }
  return [...sources].map((source) => source.snapshot());
}

async function declaredBy(declare: unknown): Promise<{ snapshot(): MetricsSnapshot }> {
  const metrics = createMetrics();
  const { name } = declare as { name: string };
  try {
    await (declare as (metrics: MetricsCollector) => unknown)(metrics);
  } catch (error) {
    throw new Error(
      `the exported function "${name}" was called with a collector, as every one with one parameter is, and threw: ${messageOf(error)}`,
    );
  }
  return metrics;
}

/** What a CommonJS module exports is the properties of its default export. */
function ofDefault(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function isSource(value: unknown): value is { snapshot(): MetricsSnapshot } {
  return typeof property(value, 'snapshot') === 'function' && typeof property(value, 'counter') === 'function';
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function hintFor(error: unknown): string {
  return Reflect.get(Object(error), 'code') === 'ERR_UNKNOWN_FILE_EXTENSION'
    ? `. Give what was built of it, or load it with the service's own loader: NODE_OPTIONS="--import tsx" npx sightline lint …`
    : '';
}
