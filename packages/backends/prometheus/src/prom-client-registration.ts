import type { Log } from '@sightline/base';
import { consoleLog } from '@sightline/base';
import type { FamilySnapshot, MetricsSource } from '@sightline/core/backend';
import { labelsOf, prometheusFamilyName, prometheusLabelName, prometheusSampleName } from '@sightline/core/backend';
import { boundText } from './number-text.js';
import {
  type PromExemplar,
  type PromMetricData,
  type PromRegistry,
  type PromValue,
  sightlineFamily,
} from './prom-client-shapes.js';

export interface RegistrationOptions {
  /** Warns once about a name that a metric of the registry already has. Default: `console`. */
  log?: Log | undefined;
}

/**
 * Adds our families to a prom-client registry, for tools that read registries: its text, JSON and cluster aggregation then include
 * them. Families declared later appear in the registry's next read. A metric that the registry already has is kept, and ours of the
 * same name is left out. Returns a function that removes ours.
 */
export function registerInPromClient(
  source: MetricsSource,
  registry: PromRegistry,
  options: RegistrationOptions = {},
): () => void {
  const { log = consoleLog } = options;
  const readFamily = sharedReader(source);
  const registered = new Map<string, RegisteredFamily>();
  const clashes = new Set<string>();

  function registerNewFamilies(): void {
    for (const family of source.snapshot().families) {
      const name = prometheusSampleName(family);
      if (family.origin === 'external') continue;
      const present = registry.getSingleMetric(name);
      if (present === undefined) {
        const metric = registered.get(name) ?? new RegisteredFamily(family, readFamily);
        registered.set(name, metric);
        registry.registerMetric(metric as never);
      } else if (!isOurs(present) && !clashes.has(name)) {
        clashes.add(name);
        log.warn(
          { metric: name },
          `[backend-prometheus] The registry already has a metric "${name}", so ours is left out there. Rename one of them.`,
        );
      }
    }
  }

  const restore = beforeEachRead(registry, registerNewFamilies);
  registerNewFamilies();
  return () => {
    restore();
    for (const [name, metric] of registered) {
      if (registry.getSingleMetric(name) === metric) registry.removeSingleMetric(name);
    }
  };
}

/** Every way to read a whole registry (text, JSON, merging, cluster) begins with this method; there is no other hook. */
function beforeEachRead(registry: PromRegistry, prepare: () => void): () => void {
  const isOwnProperty = Object.hasOwn(registry, 'getMetricsAsArray');
  const original = registry.getMetricsAsArray;
  const prepared = function (this: PromRegistry, ...args: []): readonly object[] {
    prepare();
    return original.apply(this, args);
  };
  registry.getMetricsAsArray = prepared;
  return () => {
    if (registry.getMetricsAsArray !== prepared) return;
    if (isOwnProperty) registry.getMetricsAsArray = original;
    else delete (registry as Partial<PromRegistry>).getMetricsAsArray;
  };
}

type ReadFamily = (name: string) => Promise<FamilySnapshot | undefined>;

/** Shares one read of the source between all families of one registry read. */
function sharedReader(source: MetricsSource): ReadFamily {
  let reading: Promise<ReadonlyMap<string, FamilySnapshot>> | undefined;
  return async (name) => {
    reading ??= source.collect().then(({ families }) => {
      reading = undefined;
      return new Map(families.map((family) => [prometheusSampleName(family), family]));
    });
    return (await reading).get(name);
  };
}

/** A family in the shape of one of prom-client's metrics. */
class RegisteredFamily {
  readonly help: string;
  readonly type: string;
  /** How prom-client's cluster mode aggregates workers. */
  readonly aggregator: string;
  readonly [sightlineFamily] = true;
  readonly #sampleName: string;
  readonly #familyName: string;
  readonly #read: ReadFamily;
  #nextReadIsOpenMetrics = false;

  constructor(family: FamilySnapshot, read: ReadFamily) {
    this.help = family.help;
    this.type = family.kind === 'info' ? 'gauge' : family.kind;
    this.aggregator = aggregatorOf(family);
    this.#sampleName = prometheusSampleName(family);
    this.#familyName = prometheusFamilyName(family);
    this.#read = read;
  }

  get name(): string {
    return this.#sampleName;
  }

  /**
   * For OpenMetrics, prom-client removes `_total` from a counter's name, permanently for its own counters, and adds it to each sample
   * again. Here the removal applies to the next read only.
   */
  set name(name: string) {
    this.#nextReadIsOpenMetrics = name !== this.#sampleName;
  }

  async get(): Promise<PromMetricData> {
    const name = this.#nextReadIsOpenMetrics ? this.#familyName : this.#sampleName;
    this.#nextReadIsOpenMetrics = false;
    const family = await this.#read(this.#sampleName);
    const values = family === undefined ? [] : valuesOf(family);
    return { name, help: this.help, type: this.type, aggregator: this.aggregator, values };
  }

  /** Does nothing: the numbers belong to the service's collector. */
  reset(): void {}
}

function isOurs(metric: unknown): boolean {
  return typeof metric === 'object' && metric !== null && sightlineFamily in metric;
}

/** Values whose sum makes no sense are shown as the maximum of the workers. */
function aggregatorOf(family: FamilySnapshot): string {
  if (family.kind === 'info') return 'first';
  return family.kind === 'gauge' && !family.isAdditive ? 'max' : 'sum';
}

function valuesOf(family: FamilySnapshot): PromValue[] {
  return Array.from({ length: family.size }, (_, i) => {
    const labels = promLabels({ ...labelsOf(family, i), ...family.constantLabels });
    return family.kind === 'histogram' ? histogramValues(family, i, labels) : plainValues(family, i, labels);
  }).flat();
}

function promLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [prometheusLabelName(name), value]));
}

function plainValues(family: FamilySnapshot, i: number, labels: Readonly<Record<string, string>>): PromValue[] {
  if (family.kind === 'histogram' || family.kind === 'summary') return [];
  const exemplar = family.kind === 'counter' ? family.exemplars?.get(i) : undefined;
  return [
    { value: family.values[i] ?? 0, labels, ...(exemplar === undefined ? {} : { exemplar: promExemplar(exemplar) }) },
  ];
}

function histogramValues(
  family: Extract<FamilySnapshot, { kind: 'histogram' }>,
  i: number,
  labels: Readonly<Record<string, string>>,
): PromValue[] {
  const name = prometheusFamilyName(family);
  const bounds = [...family.bounds, Number.POSITIVE_INFINITY];
  let count = 0;
  const buckets = bounds.map((bound, k): PromValue => {
    const at = i * bounds.length + k;
    count += family.bucketCounts[at] ?? 0;
    const exemplar = family.exemplars?.get(at);
    return {
      metricName: `${name}_bucket`,
      labels: { le: boundText(bound), ...labels },
      value: count,
      ...(exemplar === undefined ? {} : { exemplar: promExemplar(exemplar) }),
    };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: family.sums[i] ?? 0 },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

function promExemplar({
  traceId,
  spanId,
  value,
  timeMs,
}: {
  traceId: string;
  spanId: string;
  value: number;
  timeMs: number;
}): PromExemplar {
  return { labelSet: { trace_id: traceId, span_id: spanId }, value, timestamp: timeMs / 1000 };
}
