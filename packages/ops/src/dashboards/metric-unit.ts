import type { CatalogueMetric } from '../model/catalogue.js';

/** Grafana's unit for the values of a metric. */
export function unitOf({ name, unit }: Pick<CatalogueMetric, 'name' | 'unit'>): string {
  const words = name.replace(/_total$/, '').split('_');
  const known = [unit, words.at(-1)].map((word) => (word === undefined ? undefined : grafanaUnits.get(word)));
  return known.find((each) => each !== undefined) ?? 'short';
}

/** Grafana's unit for the change per second of what has `unit`. */
export function rateUnitOf(unit: string): string {
  switch (unit) {
    case 'bytes':
      return 'Bps';
    case 's':
      return 'percentunit'; // seconds per second: a share of the time
    default:
      return 'cps';
  }
}

const grafanaUnits: ReadonlyMap<string, string> = new Map(
  Object.entries({
    seconds: 's',
    milliseconds: 'ms',
    ms: 'ms',
    microseconds: 'µs',
    nanoseconds: 'ns',
    bytes: 'bytes',
    bits: 'bits',
    ratio: 'percentunit',
    percent: 'percent',
    celsius: 'celsius',
    hertz: 'hertz',
    volts: 'volt',
    amperes: 'amp',
    joules: 'joule',
    watts: 'watt',
    grams: 'massg',
    meters: 'lengthm',
    usd: 'currencyUSD',
    dollars: 'currencyUSD',
    euros: 'currencyEUR',
    eur: 'currencyEUR',
    jpy: 'currencyJPY',
  }),
);
