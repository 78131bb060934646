import type { FamilySnapshot } from '@sightline/core/backend';

/**
 * Which counters were made known with a 0: a server that has seen a series shows its first increment as one. Keeps the
 * start time by row, so that a series that began anew is announced anew.
 */
export class AnnouncedCounters {
  readonly #starts = new Map<string, Float64Array>();

  /** Not for rows that mean nothing beyond their snapshot, nor for Sightline's own counters, which speak when they counted. */
  announces(family: FamilySnapshot, i: number): boolean {
    if (family.origin === 'foreign' || family.name.startsWith('sightline_')) return false;
    const row = family.rows[i] ?? 0;
    return this.#starts.get(family.name)?.[row] !== family.startTimesMs[row];
  }

  wasSent(family: FamilySnapshot, i: number): void {
    const row = family.rows[i] ?? 0;
    let starts = this.#starts.get(family.name);
    if (starts === undefined || starts.length <= row) {
      const grown = new Float64Array(Math.max(row + 1, 2 * (starts?.length ?? 0)));
      grown.set(starts ?? []);
      starts = grown;
      this.#starts.set(family.name, starts);
    }
    starts[row] = family.startTimesMs[row] ?? 0;
  }
}
