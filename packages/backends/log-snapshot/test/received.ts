import type { Named } from '@sightline/core/backend';

/** The families that a collector holds: a line has neither label names nor help. */
export interface Declared {
  readonly families: ReadonlyArray<
    Named & {
      readonly labelNames: readonly string[];
      readonly constantLabels: Readonly<Record<string, string>>;
      readonly series: ReadonlyArray<Readonly<Record<string, string>>>;
    }
  >;
}

export interface ReceivedPoint {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value?: number;
  readonly count?: number;
  readonly sum?: number;
  readonly quantiles?: ReadonlyArray<{ readonly quantile: number; readonly value: number }>;
}

/** Reads lines back: one window for each, its label values given their names again. */
export function receivedFrom(lines: readonly string[], { families }: Declared): ReceivedPoint[][] {
  return lines.map((line) => {
    const { metrics } = JSON.parse(line) as { metrics: Readonly<Record<string, unknown>> };
    return families.flatMap((family) => {
      const value = ownValue(metrics, family.name);
      if (value === undefined) return [];
      const { name, constantLabels } = family;
      if (family.labelNames.length === 0) return [{ name, labels: constantLabels, ...numbersOf(value) }];
      return Object.entries(value as Readonly<Record<string, unknown>>).map(([key, series]) => ({
        name,
        labels: { ...constantLabels, ...labelsOf(key, family) },
        ...numbersOf(series),
      }));
    });
  });
}

function labelsOf(key: string, { labelNames, series }: Declared['families'][number]): Readonly<Record<string, string>> {
  const values = (labels: Readonly<Record<string, string>>): string[] => labelNames.map((name) => labels[name] ?? '');
  const found =
    series.find((labels) => JSON.stringify(values(labels)) === key) ??
    series.find((labels) => values(labels).join(':') === key);
  if (found === undefined) throw new Error(`No declared series is written as ${JSON.stringify(key)}.`);
  return found;
}

function numbersOf(value: unknown): Omit<ReceivedPoint, 'name' | 'labels'> {
  if (typeof value === 'number') return { value };
  if (value === null) return { value: Number.NaN };
  const { count, mean = 0, max: _, ...quantiles } = value as { count: number; mean?: number; max?: number };
  return {
    count,
    sum: count * mean,
    quantiles: Object.entries(quantiles).map(([name, quantile]) => ({
      quantile: Number(name.slice(1)) / 100,
      value: Number(quantile),
    })),
  };
}

function ownValue(object: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(object, name)?.value;
}
