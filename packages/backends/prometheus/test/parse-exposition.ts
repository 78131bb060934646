import type { ExpositionFormat } from '../src/exposition-format.js';

export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string | undefined;
  readonly unit: string | undefined;
  readonly samples: readonly ParsedSample[];
}

export interface ParsedSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  readonly exemplar: ParsedExemplar | undefined;
}

export interface ParsedExemplar {
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  readonly timestampSeconds: number | undefined;
}

/**
 * Reads an exposition back and throws for anything that its format forbids: written after the specifications, not after the
 * renderer, so that the two can check each other.
 */
export function parseExposition(page: string, format: ExpositionFormat): ParsedFamily[] {
  const ending = format === 'openmetrics' ? '# EOF\n' : '';
  if (!page.endsWith(ending) || (page !== '' && !page.endsWith('\n')))
    throw new Error('the exposition does not end as it must');
  const lines = page.slice(0, page.length - ending.length).split('\n');
  lines.pop();
  const families: OpenFamily[] = [];
  for (const line of lines) {
    try {
      takeLine(line, families, format);
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}, in the line: ${line}`, { cause: error });
    }
  }
  const names = families.flatMap((family) => [...new Set([family.name, ...family.samples.map(({ name }) => name)])]);
  if (new Set(names).size !== names.length) throw new Error('a name belongs to two families');
  for (const family of families) checkFamily(family, format);
  return families;
}

interface OpenFamily extends ParsedFamily {
  type: string;
  help: string | undefined;
  unit: string | undefined;
  samples: ParsedSample[];
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const suffixes: Readonly<Record<ExpositionFormat, Readonly<Record<string, readonly string[]>>>> = {
  text: { counter: [''], gauge: [''], histogram: ['_bucket', '_sum', '_count'], summary: ['', '_sum', '_count'] },
  openmetrics: {
    counter: ['_total', '_created'],
    gauge: [''],
    info: ['_info'],
    histogram: ['_bucket', '_sum', '_count', '_created'],
    summary: ['', '_sum', '_count', '_created'],
  },
};

function takeLine(line: string, families: OpenFamily[], format: ExpositionFormat): void {
  const metadata = /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/s.exec(line);
  const last = families.at(-1);
  if (metadata !== null) {
    const [, keyword, name = '', text = ''] = metadata;
    const family = last?.name === name ? last : openFamily(name, families);
    if (family.samples.length > 0) throw new Error('metadata after samples');
    takeMetadata(family, keyword, text, format);
    return;
  }
  if (line.startsWith('#')) throw new Error('a comment');
  if (last === undefined) throw new Error('a sample before its family');
  const sample = parseSample(line);
  const allowed = suffixes[format][last.type] ?? [];
  if (!allowed.some((suffix) => sample.name === last.name + suffix)) throw new Error(`no sample of ${last.name}`);
  if (sample.exemplar !== undefined) {
    const mayCarry = /_bucket$/.test(sample.name) || (last.type === 'counter' && /_total$/.test(sample.name));
    if (format === 'text' || !mayCarry) throw new Error('an exemplar if none may be');
    let length = 0;
    for (const [name, value] of sample.exemplar.labels) length += [...name].length + [...value].length;
    if (length > 128) throw new Error('an exemplar of more than 128 characters');
  }
  last.samples.push(sample);
}

function openFamily(name: string, families: OpenFamily[]): OpenFamily {
  const family: OpenFamily = { name, type: 'unknown', help: undefined, unit: undefined, samples: [] };
  families.push(family);
  return family;
}

function takeMetadata(family: OpenFamily, keyword: string | undefined, text: string, format: ExpositionFormat): void {
  switch (keyword) {
    case 'HELP':
      if (family.help !== undefined) throw new Error('a second HELP');
      if (format === 'openmetrics' && /(^|[^\\])(\\\\)*"/.test(text)) throw new Error('a bare quote in HELP');
      family.help = unescapeText(text, format === 'openmetrics' ? /[\\n"]/ : /[\\n]/);
      return;
    case 'TYPE':
      if (family.type !== 'unknown') throw new Error('a second TYPE');
      if (!(text in suffixes[format])) throw new Error('no type of this format');
      family.type = text;
      return;
    default:
      if (format === 'text') throw new Error('UNIT in text 0.0.4');
      if (family.type === 'info' || !family.name.endsWith(`_${text}`))
        throw new Error('a unit that the name does not end in');
      family.unit = text;
  }
}

function parseSample(line: string): ParsedSample {
  const name = metricName.exec(line)?.[0];
  if (name === undefined) throw new Error('no name');
  const { labels, rest } = parseLabels(line.slice(name.length));
  const [, valueText = '', exemplarText] = /^ (\S+)(?: # (.*))?$/s.exec(rest) ?? [];
  if (exemplarText === undefined) return { name, labels, value: parseValue(valueText), exemplar: undefined };
  const exemplar = parseLabels(exemplarText);
  const [, exemplarValue = '', timestamp] = /^ (\S+)(?: (\d+(?:\.\d+)?))?$/.exec(exemplar.rest) ?? [];
  return {
    name,
    labels,
    value: parseValue(valueText),
    exemplar: {
      labels: exemplar.labels,
      value: parseValue(exemplarValue),
      timestampSeconds: timestamp === undefined ? undefined : Number(timestamp),
    },
  };
}

function parseLabels(text: string): { labels: Map<string, string>; rest: string } {
  const labels = new Map<string, string>();
  if (!text.startsWith('{')) return { labels, rest: text };
  const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"([,}])/sy;
  label.lastIndex = 1;
  for (let match = label.exec(text); match !== null; match = label.exec(text)) {
    const [, name = '', value = '', separator] = match;
    if (labels.has(name)) throw new Error(`label ${name} twice`);
    labels.set(name, unescapeText(value, /[\\n"]/));
    if (separator === '}') return { labels, rest: text.slice(label.lastIndex) };
  }
  throw new Error('labels that do not end');
}

function unescapeText(text: string, escapable: RegExp): string {
  return text.replaceAll(/\\(.?)/gs, (_, char: string) => {
    if (char === '' || !escapable.test(char)) throw new Error(`an escape that is none: \\${char}`);
    return char === 'n' ? '\n' : char;
  });
}

function parseValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  if (text === 'NaN') return Number.NaN;
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text)) throw new Error(`no number: ${text}`);
  return Number(text);
}

function checkFamily({ name, type, samples }: ParsedFamily, format: ExpositionFormat): void {
  const seen = new Set<string>();
  const finishedGroups = new Set<string>();
  let group: string | undefined;
  let buckets: ParsedSample[] = [];
  for (const sample of samples) {
    const id = JSON.stringify([sample.name, [...sample.labels].sort()]);
    if (seen.has(id)) throw new Error(`a series twice: ${id}`);
    seen.add(id);
    const groupLabels = [...sample.labels].filter(([label]) => label !== 'le' && label !== 'quantile');
    const next = JSON.stringify(groupLabels.sort());
    if (next !== group) {
      if (finishedGroups.has(next)) throw new Error(`the series of ${name} are mixed`);
      finishedGroups.add(next);
      if (type === 'histogram' && group !== undefined) checkBuckets(name, buckets);
      buckets = [];
      group = next;
    }
    if (sample.name === `${name}_bucket`) buckets.push(sample);
    if (sample.name === `${name}_count` && type === 'histogram' && sample.value !== buckets.at(-1)?.value) {
      throw new Error(`count and +Inf bucket of ${name} differ`);
    }
    const isCounterLike = type === 'counter' || /_(sum|count|bucket)$/.test(sample.name.slice(name.length));
    if (format === 'openmetrics' && isCounterLike && !(sample.value >= 0)) throw new Error('a count below zero or NaN');
  }
  if (type === 'histogram' && group !== undefined) checkBuckets(name, buckets);
}

function checkBuckets(name: string, buckets: readonly ParsedSample[]): void {
  const bounds = buckets.map(({ labels }) => parseValue(labels.get('le') ?? ''));
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY) throw new Error(`${name} has no +Inf bucket`);
  bounds.forEach((bound, i) => {
    if (i > 0 && !(bound > (bounds[i - 1] ?? 0))) throw new Error(`the buckets of ${name} are out of order`);
    if ((buckets[i]?.value ?? 0) < (buckets[i - 1]?.value ?? 0)) throw new Error(`the counts of ${name} fall`);
  });
}
