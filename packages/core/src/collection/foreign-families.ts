import { DeclarationError, valueText } from '@sightline/base';
import { prometheusWrittenNames } from '../instruments/written-names.js';
import type { FamilySnapshot } from '../store/family-snapshot.js';
import type { Store } from '../store/store.js';
import type { ForeignReport, ForeignSource } from './metrics-source.js';
import type { ReadRounds } from './read-rounds.js';

/** What included sources last gave, without what would clash with a name that is taken. */
export class ForeignFamilies {
  readonly #store: Store;
  readonly #rounds: ReadRounds;
  readonly #latest = new Map<ForeignSource, readonly FamilySnapshot[]>();

  constructor(store: Store, rounds: ReadRounds) {
    this.#store = store;
    this.#rounds = rounds;
  }

  include(source: ForeignSource): () => void {
    if (typeof source?.name !== 'string' || typeof source.collect !== 'function') {
      throw new DeclarationError(
        `[core] include got ${valueText(source)}. Pass a source, such as promClientSource(registry) of @sightline/backend-prometheus.`,
      );
    }
    this.#latest.set(source, []);
    const run = async (): Promise<void> => {
      this.#latest.set(source, []); // a source that fails this time is left out, not repeated
      const families = await source.collect(this.#reportFor(source));
      if (!Array.isArray(families))
        throw new TypeError(`collect() gave ${valueText(families)} instead of an array of families.`);
      if (isIncluded) this.#latest.set(source, this.#usable(families, source));
    };
    let isIncluded = true;
    const stop = this.#rounds.add({ source: source.name, run });
    return () => {
      isIncluded = false;
      stop();
      this.#latest.delete(source);
    };
  }

  families(): FamilySnapshot[] {
    const taken = new Set<string>();
    const families: FamilySnapshot[] = [];
    for (const [source, given] of this.#latest) {
      for (const family of given) {
        const names = [family.name, ...prometheusWrittenNames({ ...family, origin: 'foreign' })];
        const clash = names.find((name) => taken.has(name) || this.#store.writes(name));
        if (clash === undefined) {
          families.push(family.origin === 'foreign' ? family : { ...family, origin: 'foreign' });
          for (const name of names) taken.add(name);
        } else {
          this.#reportFor(source).leftOut(family.name, 'name_clash', `the name "${clash}" is taken`);
        }
      }
    }
    return families;
  }

  /** Without what has no name or kind to write: whether the rest of a family makes sense is for the backend that writes it. */
  #usable(families: readonly FamilySnapshot[], source: ForeignSource): readonly FamilySnapshot[] {
    return families.filter((family: Partial<FamilySnapshot> | null | undefined) => {
      const { name, kind } = family ?? {};
      if (typeof name === 'string' && kinds.has(kind)) return true;
      const subject = typeof name === 'string' ? name : valueText(family);
      this.#reportFor(source).leftOut(
        subject,
        'malformed',
        `it has name ${valueText(name)} and kind ${valueText(kind)}`,
      );
      return false;
    });
  }

  #reportFor(source: ForeignSource): ForeignReport {
    return {
      leftOut: (metric, reason, why) =>
        this.#store.mistakes.leftOut(
          source.name,
          metric,
          reason,
          () => `${valueText(metric)} of ${valueText(source.name)} is left out: ${why}.`,
        ),
    };
  }
}

const kinds: ReadonlySet<unknown> = new Set<FamilySnapshot['kind']>([
  'counter',
  'gauge',
  'info',
  'histogram',
  'summary',
]);
