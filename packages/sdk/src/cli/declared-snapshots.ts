import { messageOf } from '@sightline/base';
import { importModule } from '@sightline/base/modules';
import { createMetrics, type MetricsCollector } from '@sightline/core';
import type { MetricsSnapshot } from '@sightline/core/backend';

/**
 * The metrics of a module: of every export that holds metrics (a collector, an observability), or is a function with one parameter,
 * which is called with a collector. Metrics and spans are neither served nor sent meanwhile.
 * @param file a path, relative to the current folder
 * @throws if the module cannot be loaded or one of the functions throws
 */
export async function declaredSnapshots(file: string): Promise<MetricsSnapshot[]> {
  const exported = await importModule(file);
  const sources = new Set<{ snapshot(): MetricsSnapshot }>();
  for (const value of new Set(Object.values(exported).flatMap((each) => [each, ...ofDefault(each)]))) {
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
