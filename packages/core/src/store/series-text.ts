/** `jobs_total{queue="mail"}`: a series as messages show it. */
export function seriesText(name: string, labels: SeriesLabels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(String(value))}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

/** One string for one series, whatever the order of its labels. */
export function seriesKey(name: string, labels: SeriesLabels): string {
  return `${name}${labelsKey(labels)}`;
}

/** One string for one set of labels, whatever their order. */
export function labelsKey(labels: SeriesLabels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

type SeriesLabels = Readonly<Record<string, string | number | boolean | undefined>>;
