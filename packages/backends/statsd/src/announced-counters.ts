import type { FamilySnapshot } from '@sightline/core/backend';

/**
 * The counters that were announced with a 0, so that a server shows their first increment. Keeps the start time by row: a series that
 * restarts is announced again.
 */
export class AnnouncedCounters {
  readonly #startTimesMs = new Map<string, Float64Array>();

  /** Not for external families, whose rows change, nor for Sightline's own counters, which are sent only when they have counted. */
  announces(family: FamilySnapshot, i: number): boolean {
    if (family.origin === 'external' || family.name.startsWith('sightline_')) return false;
    const row = family.rows[i] ?? 0;
    return this.#startTimesMs.get(family.name)?.[row] !== family.startTimesMs[row];
  }

  wasSent(family: FamilySnapshot, i: number): void {
    const row = family.rows[i] ?? 0;
    let starts = this.#startTimesMs.get(family.name);
    if (starts === undefined || starts.length <= row) {
      const grown = new Float64Array(Math.max(row + 1, 2 * (starts?.length ?? 0)));
      grown.set(starts ?? []);
      starts = grown;
      this.#startTimesMs.set(family.name, starts);
    }
    starts[row] = family.startTimesMs[row] ?? 0;
  }
}
