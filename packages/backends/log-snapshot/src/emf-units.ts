/** CloudWatch's name for a unit (MetricDatum, `Unit`); `None` for those that it does not have. */
export function emfUnit(unit: string | undefined): string {
  return (unit === undefined ? undefined : units.get(unit)) ?? 'None';
}

const units: ReadonlyMap<string, string> = new Map([
  ...['seconds', 'milliseconds', 'microseconds', 'bytes', 'kilobytes', 'megabytes', 'gigabytes', 'bits', 'percent'].map(
    (unit): [string, string] => [unit, `${unit.charAt(0).toUpperCase()}${unit.slice(1)}`],
  ),
]);
