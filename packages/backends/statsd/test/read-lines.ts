import type { ReceivedPoint } from '@sightline/conformance/backend';

/** One sample as a server understands it. */
export interface Sample {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly type: string;
  readonly value: number;
  /** How many observations it stands for. */
  readonly weight: number;
  readonly isRelative: boolean;
  readonly fields: readonly string[];
}

export type Dialect = 'statsd' | 'dogstatsd' | 'graphite';

/** Parses a line by the dialect's own grammar, and throws for whatever is not of it. */
export function samplesOf(line: string, dialect: Dialect): Sample[] {
  const [series = '', ...rest] = line.split('|');
  const [type = '', ...fields] = rest;
  if (!['c', 'g', 'ms', 'h', 'd'].includes(type)) throw new Error(`No type: ${line}`);
  const [name = '', ...values] = series.split(':');
  if (values.length === 0 || (values.length > 1 && dialect !== 'dogstatsd')) throw new Error(`No value: ${line}`);
  const rate = fields.find((field) => field.startsWith('@'))?.slice(1);
  if (rate !== undefined && !/^0\.\d+$/.test(rate)) throw new Error(`No rate: ${line}`);
  return values.map((text) => {
    if (!/^-?\d+(\.\d+)?$/.test(text)) throw new Error(`No number: ${line}`);
    return {
      ...seriesOf(name, fields, dialect),
      type,
      value: Number(text),
      weight: rate === undefined ? 1 : 1 / Number(rate),
      isRelative: type === 'g' && text.startsWith('-'),
      fields,
    };
  });
}

function seriesOf(text: string, fields: readonly string[], dialect: Dialect): Pick<Sample, 'name' | 'tags'> {
  if (dialect === 'statsd') return { name: text, tags: {} };
  const [name = '', ...pairs] = dialect === 'graphite' ? text.split(';') : [text];
  const tagField = fields.find((field) => field.startsWith('#'));
  const tags = dialect === 'graphite' ? pairs : (tagField?.slice(1).split(',') ?? []);
  const separator = dialect === 'graphite' ? '=' : ':';
  const entries = tags.map((tag): [string, string] => {
    const at = tag.indexOf(separator);
    if (at <= 0) throw new Error(`No tag "${tag}" in ${text}`);
    return [unescaped(tag.slice(0, at)), unescaped(tag.slice(at + 1))];
  });
  if (new Set(entries.map(([key]) => key)).size < entries.length) throw new Error(`A tag is there twice: ${text}`);
  return { name: unescaped(name), tags: Object.fromEntries(entries) };
}

/** Undoes the escapes: `--` and two hex digits are a byte, a whole `--` is the empty text. */
export function unescaped(text: string): string {
  if (text === '--') return '';
  const bytes: number[] = [];
  for (let at = 0; at < text.length; ) {
    const hex = /^--([0-9A-F]{2})/.exec(text.slice(at, at + 4))?.[1];
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    bytes.push(...(hex === undefined ? Buffer.from(character) : [Number.parseInt(hex, 16)]));
    at += hex === undefined ? character.length : 4;
  }
  return Buffer.from(bytes).toString();
}

/** The families of a collector, to tell apart what plain names have joined. */
export interface DeclaredNames {
  readonly families: ReadonlyArray<{
    readonly name: string;
    readonly labelNames: readonly string[];
    readonly optionalLabels?: readonly string[] | undefined;
    readonly constantLabels: Readonly<Record<string, string>>;
  }>;
}

/** What a server makes of lines: counters added up, the last of each gauge, quantiles of all weighted values. */
export function receivedPoints(lines: readonly string[], dialect: Dialect, declared: DeclaredNames): ReceivedPoint[] {
  const series = new Map<string, { name: string; labels: Record<string, string>; samples: Sample[] }>();
  for (const sample of lines.flatMap((line) => samplesOf(line, dialect))) {
    const { name, labels } =
      dialect === 'statsd' ? namedParts(sample.name, declared) : { name: sample.name, labels: sample.tags };
    const key = JSON.stringify([name, labels]);
    const known = series.get(key) ?? { name, labels, samples: [] };
    series.set(key, known);
    known.samples.push(sample);
  }
  return Array.from(series.values(), ({ name, labels, samples }) => ({
    name,
    labels,
    ...(samples[0]?.type === 'ms' ? { unit: 'milliseconds' } : {}),
    ...numbersOf(samples),
  }));
}

function namedParts(text: string, { families }: DeclaredNames): { name: string; labels: Record<string, string> } {
  const found = families
    .filter(({ name, labelNames }) =>
      labelNames.length === 0
        ? name === text
        : text.startsWith(`${name}.`) && text.slice(name.length + 1).split('.').length === labelNames.length,
    )
    // The same name without labels is the other metric's: a value that collides with it is escaped.
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (found === undefined) throw new Error(`Nothing declared is written as ${text}.`);
  const parts = text.slice(found.name.length + 1).split('.');
  const labels = found.labelNames
    .map((label, k): [string, string] => [label, unescaped(parts[k] ?? '')])
    .filter(([label, value]) => value !== '' || found.optionalLabels?.includes(label) !== true);
  return { name: found.name, labels: { ...found.constantLabels, ...Object.fromEntries(labels) } };
}

function numbersOf(samples: readonly Sample[]): Omit<ReceivedPoint, 'name' | 'labels'> {
  switch (samples[0]?.type) {
    case 'c':
      return { kind: 'counter', value: samples.reduce((total, { value, weight }) => total + value * weight, 0) };
    case 'g':
      // A server without tags reads a sign as "add"; it starts from what it knows.
      return {
        kind: 'gauge',
        value: samples.reduce((level, { value, isRelative }) => (isRelative ? level + value : value), 0),
      };
    default: {
      const sorted = samples.toSorted((a, b) => a.value - b.value);
      const count = sorted.reduce((total, { weight }) => total + weight, 0);
      return {
        count,
        sum: sorted.reduce((total, { value, weight }) => total + value * weight, 0),
        quantiles: [0.5, 0.9, 0.99, 1].map((quantile) => ({
          quantile,
          value: weightedQuantile(sorted, quantile * count),
        })),
      };
    }
  }
}

function weightedQuantile(sorted: readonly Sample[], rank: number): number {
  let below = 0;
  for (const { value, weight } of sorted) {
    below += weight;
    if (below >= rank - 1e-9) return value;
  }
  return Number.NaN;
}
