import { didYouMean, isRecord, valueText } from '@sightline/base';
import type { Catalogue, CatalogueMetric } from '../model/catalogue.js';
import type { Matcher, Selector } from '../model/facts.js';
import { oneOf } from '../promql/selectors.js';
import type { Problems } from './problems.js';

type Kind = CatalogueMetric['type'];

/** Finds the metrics that a definition names, and says what is wrong with a name, a label or a value. */
export class MetricLookup {
  readonly #byName = new Map<string, CatalogueMetric>();
  readonly #problems: Problems;

  constructor({ metrics }: Catalogue, problems: Problems) {
    this.#problems = problems;
    for (const metric of metrics) for (const name of [metric.declaredName, metric.name]) this.#byName.set(name, metric);
  }

  /** @returns the metric, if the catalogue has it and it is of one of `kinds` */
  metric(subject: string, name: unknown, kinds: readonly Kind[]): CatalogueMetric | undefined {
    if (typeof name !== 'string') {
      this.#problems.add(`${subject} is ${valueText(name)}. Pass the name of a metric.`);
      return undefined;
    }
    const found = this.#byName.get(name);
    if (found === undefined) {
      this.#problems.add(
        `${subject}: the service declares no metric "${name}".${didYouMean(name, this.#byName.keys()) || ' See: sightline ops catalogue.'}`,
      );
      return undefined;
    }
    if (kinds.includes(found.type)) return found;
    this.#problems.add(`${subject}: "${name}" is a ${found.type}, but a ${kinds.join(' or a ')} is needed.`);
    return undefined;
  }

  /** Matchers for `where`, whose labels and values must be possible. */
  matchers(subject: string, metric: CatalogueMetric, where: unknown): Matcher[] {
    if (where === undefined) return [];
    if (!isRecord(where)) {
      this.#problems.add(`${subject}.where is ${valueText(where)}. Pass an object of label to values.`);
      return [];
    }
    return Object.entries(where).flatMap(([name, given]) => {
      const label = this.label(`${subject}.where`, metric, name);
      const values = (Array.isArray(given) ? given : [given]) as unknown[];
      if (values.length === 0 || !values.every((value) => typeof value === 'string')) {
        this.#problems.add(`${subject}.where.${name} is ${valueText(given)}. Pass the values as texts.`);
        return [];
      }
      if (label === undefined) return [];
      for (const value of values as string[]) {
        if (label.values === undefined || label.values.includes(value)) continue;
        this.#problems.add(
          `${subject}.where: "${name}" of "${metric.name}" is never "${value}".${didYouMean(value, label.values) || ` Its values are ${label.values.join(', ')}.`}`,
        );
      }
      return [oneOf(label.name, values as string[])];
    });
  }

  /** @returns the label of the metric, by its name in queries or as declared */
  label(subject: string, metric: CatalogueMetric, name: string): CatalogueMetric['labels'][number] | undefined {
    const found = metric.labels.find((label) => label.name === name || label.name === name.replaceAll('.', '_'));
    if (found !== undefined) return found;
    const names = metric.labels.map((label) => label.name);
    const hint = didYouMean(name, names) || (names.length === 0 ? ' It has none.' : ` It has ${names.join(', ')}.`);
    this.#problems.add(`${subject}: "${metric.name}" has no label "${name}".${hint}`);
    return undefined;
  }

  /** The series of a counter, a gauge, or of a histogram's count. */
  selector(subject: string, reference: unknown, kinds: readonly Kind[]): FoundSelector | undefined {
    const { metric: name, where } = isRecord(reference) ? reference : { metric: reference, where: undefined };
    const metric = this.metric(subject, name, kinds);
    if (metric === undefined) return undefined;
    const matchers = this.matchers(subject, metric, where);
    return { metric, selector: { metric: countedName(metric), matchers } };
  }
}

export interface FoundSelector {
  readonly metric: CatalogueMetric;
  readonly selector: Selector;
}

/** What counts a metric's events: itself, or a histogram's count. */
export function countedName({ name, type }: CatalogueMetric): string {
  return type === 'histogram' || type === 'summary' ? `${name}_count` : name;
}
