import type { Catalogue, CatalogueMetric } from '../model/catalogue.js';

/** Finds what a service has. */
export class CatalogueSearch {
  readonly #byName: ReadonlyMap<string, CatalogueMetric>;

  constructor({ metrics }: Catalogue) {
    this.#byName = new Map(metrics.map((metric) => [metric.name, metric]));
  }

  get(name: string): CatalogueMetric | undefined {
    return this.#byName.get(name);
  }

  has(...names: readonly string[]): boolean {
    return names.every((name) => this.#byName.has(name));
  }

  /** The metric of a name within a selector: of `x_count` the histogram `x`. */
  of(sampleName: string): CatalogueMetric | undefined {
    return this.get(sampleName) ?? this.get(sampleName.replace(/_(bucket|sum|count)$/, ''));
  }

  /** Those whose names match, in the order of the catalogue. */
  matching(pattern: RegExp, type?: CatalogueMetric['type']): CatalogueMetric[] {
    return [...this.#byName.values()].filter(
      (metric) => pattern.test(metric.name) && (type === undefined || metric.type === type),
    );
  }

  hasLabel(sampleName: string, label: string): boolean {
    return this.of(sampleName)?.labels.some(({ name }) => name === label) ?? false;
  }

  all(): CatalogueMetric[] {
    return [...this.#byName.values()];
  }
}
