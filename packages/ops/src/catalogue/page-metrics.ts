import { type PageFamily, parsePage } from '../exposition/parse-page.js';
import type { CatalogueMetric } from '../model/catalogue.js';

/**
 * The metrics of a saved `/metrics` page. The values of labels are not taken for all that are possible. Labels that only
 * queries of Prometheus 3 can write are left out.
 * Throws a `PageError` if a scraper would refuse the page.
 */
export function pageMetrics(text: string): CatalogueMetric[] {
  return parsePage(text).flatMap((family) => (family.type === 'unknown' ? [] : [metricOf(family)]));
}

function metricOf(family: PageFamily): CatalogueMetric {
  const name = nameOf(family);
  const labels = new Set(family.samples.flatMap((sample) => [...sample.labels.keys()]));
  for (const label of labels) if (/^(le|quantile)$/.test(label) || !/^[a-zA-Z_]\w*$/.test(label)) labels.delete(label);
  return {
    name,
    declaredName: name,
    type: family.type === 'unknown' ? 'gauge' : family.type,
    help: family.help,
    ...(family.unit === undefined ? {} : { unit: family.unit }),
    labels: [...labels].sort().map((label) => ({ name: label })),
    ...(family.type === 'histogram' ? { bounds: [...new Set(boundsOf(family))].sort((a, b) => a - b) } : {}),
    source: 'page',
  };
}

/** In OpenMetrics a counter's family lacks `_total`, an info's `_info`; in the text format some counters have no suffix at all. */
function nameOf({ name, type, samples }: PageFamily): string {
  if (samples.some((sample) => sample.name === name)) return name;
  if (type === 'counter' && !name.endsWith('_total')) return `${name}_total`;
  return type === 'info' && !name.endsWith('_info') ? `${name}_info` : name;
}

function boundsOf({ samples }: PageFamily): number[] {
  return samples.flatMap(({ labels }) => {
    const bound = Number(labels.get('le') ?? Number.NaN);
    return Number.isFinite(bound) ? [bound] : [];
  });
}
