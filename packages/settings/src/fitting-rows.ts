import type { EnvironmentReader } from './environment-reader.js';
import type { EnvironmentRow } from './environment-row.js';

/**
 * The rows of a group without wrong variables, which are reported. A wrong variable does not affect others. Of variables that
 * contradict each other none is used.
 * @param problemWith the problem when only these rows are read; `undefined` if there is none
 */
export function fittingRows(
  { name, rows }: { readonly name: string; readonly rows: readonly EnvironmentRow[] },
  environment: EnvironmentReader,
  problemWith: (rows: readonly EnvironmentRow[]) => string | undefined,
): readonly EnvironmentRow[] {
  let left = rows;
  for (;;) {
    const problem = problemWith(left);
    if (problem === undefined) return left;
    let guilty = guiltyRows(left, environment, problem, problemWith);
    if (guilty.length === 0) {
      // The problem is in code, not in the environment.
      if (problemWith([]) !== undefined) return [];
      guilty = left.filter((row) => environment.has(row.name));
    }
    report(name, guilty, environment, problem);
    left = left.filter((row) => !guilty.includes(row));
  }
}

/** The rows without which there is no problem; if there are several problems, those without which this one is gone. */
function guiltyRows(
  rows: readonly EnvironmentRow[],
  environment: EnvironmentReader,
  problem: string,
  problemWith: (rows: readonly EnvironmentRow[]) => string | undefined,
): readonly EnvironmentRow[] {
  const set = rows.filter((row) => environment.has(row.name));
  const trials = (isOut: (row: EnvironmentRow, tried: EnvironmentRow) => boolean) =>
    set.map((tried) => ({ row: tried, without: problemWith(rows.filter((row) => !isOut(row, tried))) }));
  const alone = trials((row, tried) => row === tried);
  const isNamed = ({ row }: { row: EnvironmentRow }): boolean => new RegExp(`\\b${row.sets}\\b`).test(problem);
  const changed = alone.filter(({ without }) => without !== problem);
  const resolved = alone.filter(({ without }) => without === undefined);
  const candidates = [
    // An argument that does not fit what it is for is wrong by itself.
    resolved.filter(isNamed),
    resolved,
    changed.filter(isNamed),
    changed,
    // Two variables may set the same option.
    trials((row, tried) => row.sets === tried.sets).filter(({ without }) => without !== problem),
  ];
  return (candidates.find(({ length }) => length > 0) ?? []).map(({ row }) => row);
}

function report(group: string, rows: readonly EnvironmentRow[], environment: EnvironmentReader, problem: string): void {
  if (new Set(rows.map(({ sets }) => sets)).size === 1) {
    for (const { name, sets, type } of rows) {
      const what = type.endsWith('address') ? 'is not an address that can be used here' : 'is not used';
      environment.reject(name, `${group}.${sets}`, `${what}: ${problem}`);
    }
    return;
  }
  const names = rows.map(({ name }) => name);
  environment.rejectTogether(names, `contradict each other: ${problem} None of them is used.`);
}
