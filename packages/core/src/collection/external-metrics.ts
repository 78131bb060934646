import { valueText } from '@sightline/base';
import { refuse } from '../instruments/option-checks.js';
import { prometheusWrittenNames, sampleSuffixes } from '../instruments/written-names.js';
import type { FamilySnapshot } from '../store/family-snapshot.js';
import type { Store } from '../store/store.js';
import type { Collections } from './collections.js';
import type { ExternalReport, ExternalSource } from './metrics-source.js';

/** The metrics that included sources last returned, without those whose name is taken. */
export class ExternalMetrics {
  readonly #store: Store;
  readonly #collections: Collections;
  readonly #latest = new Map<ExternalSource, readonly FamilySnapshot[]>();

  constructor(store: Store, collections: Collections) {
    this.#store = store;
    this.#collections = collections;
  }

  include(source: ExternalSource): () => void {
    if (typeof source?.name !== 'string' || typeof source.collect !== 'function') {
      refuse(`include got ${valueText(source)}. Pass a source, such as promClientSource(registry).`);
    }
    this.#latest.set(source, []);
    const run = async (): Promise<void> => {
      this.#latest.set(source, []); // a source that fails now is left out: its old numbers are not repeated
      const families = await source.collect(this.#reportFor(source));
      if (!Array.isArray(families))
        throw new TypeError(`collect() returned ${valueText(families)} instead of an array of families.`);
      if (isIncluded) this.#latest.set(source, this.#usable(families, source));
    };
    let isIncluded = true;
    const remove = this.#collections.add({ source: source.name, run });
    return () => {
      isIncluded = false;
      remove();
      this.#latest.delete(source);
    };
  }

  families(): FamilySnapshot[] {
    const taken = new Set<string>();
    const families: FamilySnapshot[] = [];
    for (const [source, given] of this.#latest) {
      for (const returned of given) {
        const family: FamilySnapshot = { ...returned, origin: 'external' };
        const names = [family.name, ...prometheusWrittenNames(family)];
        const clash = names.find((name) => taken.has(name) || this.#store.writtenNames.has(name));
        if (clash === undefined) {
          families.push(family);
          for (const name of names) taken.add(name);
        } else {
          this.#reportFor(source).leftOut(family.name, 'name_clash', `the name "${clash}" is taken`);
        }
      }
    }
    return families;
  }

  /** The families that have a name and a kind. Backends check the rest. */
  #usable(families: readonly FamilySnapshot[], source: ExternalSource): readonly FamilySnapshot[] {
    return families.filter((family: Partial<FamilySnapshot> | null | undefined) => {
      const { name, kind } = family ?? {};
      if (typeof name === 'string' && Object.keys(sampleSuffixes).includes(kind as string)) return true;
      const subject = typeof name === 'string' ? name : valueText(family);
      this.#reportFor(source).leftOut(
        subject,
        'malformed',
        `it has name ${valueText(name)} and kind ${valueText(kind)}`,
      );
      return false;
    });
  }

  #reportFor(source: ExternalSource): ExternalReport {
    return {
      leftOut: (metric, reason, why) =>
        this.#store.diagnostics.notCollected(
          source.name,
          reason,
          () => `${valueText(metric)} of ${valueText(source.name)} is left out: ${why}.`,
          `${source.name}/${metric}`,
        ),
    };
  }
}
