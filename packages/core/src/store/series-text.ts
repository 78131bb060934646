/** `jobs_total{queue="mail"}`: a series as messages show it. */
export function seriesText(name: string, labels: SeriesLabels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(String(value))}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

/** A key of a series that does not depend on the order of its labels. */
export function seriesKey(name: string, labels: SeriesLabels): string {
  return `${name}${labelsKey(labels)}`;
}

/** A key of a set of labels that does not depend on their order. */
export function labelsKey(labels: SeriesLabels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

type SeriesLabels = Readonly<Record<string, string | number | boolean | undefined>>;
