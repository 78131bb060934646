// Where CI fails. A machine that was slow for a while slows down one measurement, a slower program each of them.

/** @typedef {import('./measure.mjs').Result} Result */

/**
 * Measures the cases with a row below its gate once more, and returns the rows that are below it again.
 * @param {readonly Result[]} rows
 * @param {number} part the part of a target that is the gate of a row without one of its own
 * @param {(name: string) => Promise<readonly Result[]>} measureAgain
 * @param {(first: readonly Result[], second: readonly Result[]) => void} report is called for each case measured twice
 */
export async function belowGateTwice(rows, part, measureAgain, report) {
  const names = new Set(rows.filter((row) => isBelowGate(row, part)).map((row) => row.case));
  /** @type {Result[]} */
  const failed = [];
  for (const name of names) {
    const second = await measureAgain(name);
    report(
      rows.filter((row) => row.case === name),
      second,
    );
    failed.push(...second.filter((row) => isBelowGate(row, part)));
  }
  return failed;
}

/** A value that is not a number is below every gate. */
export function isBelowGate(/** @type {Result} */ { ok, ours, ratio, target, gate }, /** @type {number} */ part) {
  if (ok !== false || target === null) return false;
  return ratio === null ? !(ours <= (gate ?? target / part)) : !(ratio >= (gate ?? part * target));
}
