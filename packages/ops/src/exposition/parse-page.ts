import { setImmediate } from 'node:timers/promises';
import { type PageFormat, type PageSample, readSample, valueOfName } from './parse-sample.js';

/** A family of a `/metrics` page, as its `# TYPE` and `# HELP` lines and its samples say. */
export interface PageFamily {
  /** As in the `# TYPE` line. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'info' | 'unknown';
  readonly help: string;
  readonly unit: string | undefined;
  readonly samples: PageSample[];
}

/** A page that a scraper would refuse. Names the line. */
export class PageError extends Error {
  override readonly name = 'PageError';
}

/**
 * Reads a `/metrics` page: Prometheus' text format 0.0.4, with the quoted names of 1.0.0, or OpenMetrics 1.0. Throws a `PageError` at the
 * first line that Prometheus 3 refuses, and at what it takes without keeping all of it: a series that is there twice, a family that is
 * declared twice or after its samples.
 * @param format by the content type of an answer. Default: OpenMetrics if the last line is `# EOF`
 */
export function parsePage(text: string, format?: PageFormat): PageFamily[] {
  const reading = pageReading(text, format);
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
  }
}

/**
 * As `parsePage`, in slices of a few milliseconds: other work is done between them.
 * @returns a promise that rejects with the signal's reason soon after an abort
 */
export async function parsePageInSlices(text: string, format: PageFormat, signal: AbortSignal): Promise<PageFamily[]> {
  const reading = pageReading(text, format);
  let end = performance.now() + SLICE_MS;
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
    if (performance.now() < end) continue;
    await setImmediate();
    signal.throwIfAborted();
    end = performance.now() + SLICE_MS;
  }
}

const SLICE_MS = 20;

/** Reads the page, and yields after every few lines. */
function* pageReading(text: string, format: PageFormat = formatOf(text)): Generator<undefined, PageFamily[]> {
  if (text.startsWith('\uFEFF'))
    throw new PageError('Line 1 begins with a byte order mark. Save the page without one.');
  const families = new Map<string, MutableFamily>();
  const seen = new Set<string>();
  const end = endOf(text, format);
  for (let at = 0, number = 1; at < end; number++) {
    if (number % LINES_PER_STEP === 0) yield;
    const lineBreak = text.indexOf('\n', at);
    const line = text.slice(at, lineBreak < 0 ? text.length : lineBreak);
    at = lineBreak < 0 ? text.length : lineBreak + 1;
    const fail = (what: string): never => {
      throw new PageError(`Line ${number} ${what}: ${line.slice(0, 200)}`);
    };
    if (isComment(line, format)) {
      readComment(line, families, format, fail);
      continue;
    }
    if (format === 'text' && /^[ \t]*$/.test(line)) continue;
    if (line.endsWith('\r')) fail('ends with a carriage return');
    const sample = readSample(line, format, fail);
    const key = seriesKey(sample);
    if (seen.has(key)) fail('has a series that is there twice');
    seen.add(key);
    familyOf(sample.name, families, format).samples.push(sample);
  }
  return [...families.values()];
}

const LINES_PER_STEP = 100;

type MutableFamily = { -readonly [Key in keyof PageFamily]: PageFamily[Key] };
type Fail = (what: string) => never;

function formatOf(text: string): PageFormat {
  return /(^|\n)# EOF\n?$/.test(text.slice(-10)) ? 'openmetrics' : 'text';
}

/** Where the lines of samples and comments end: at OpenMetrics' `# EOF`. */
function endOf(text: string, format: PageFormat): number {
  if (format === 'text') return text.length;
  const end = /(?<![^\n])# EOF(?![^\n])/.exec(text)?.index;
  if (end === undefined) throw new PageError('OpenMetrics ends with a line "# EOF", and this page does not.');
  const behind = text.slice(end + '# EOF\n'.length);
  if (behind !== '') {
    const line = text.slice(0, end).split('\n').length + 1;
    throw new PageError(`Line ${line} is behind the end of the page: # EOF`);
  }
  return end;
}

function isComment(line: string, format: PageFormat): boolean {
  return format === 'text' ? /^[ \t]*#/.test(line) : line.startsWith('#');
}

const comments: Readonly<Record<PageFormat, RegExp>> = {
  text: /^[ \t]*#[ \t]+(TYPE|HELP)[ \t]+("(?:[^"\\]|\\.){0,1000}"|[^ \t"]+)(?:[ \t]+(.*))?$/s,
  openmetrics: /^# (TYPE|HELP|UNIT) ("(?:[^"\\]|\\.){0,1000}"|[^ \t"]+) (.*)$/s,
};

function readComment(line: string, families: Map<string, MutableFamily>, format: PageFormat, fail: Fail): void {
  const [, keyword, written = '', rest = ''] = comments[format].exec(line) ?? [];
  if (keyword === undefined) {
    if (format === 'openmetrics') fail('is no comment of OpenMetrics');
    if (/^[ \t]*#[ \t]+(TYPE|HELP)[ \t]+$/.test(line)) fail('names no metric');
    return; // what is not TYPE or HELP is for people
  }
  const name = valueOfName(written) ?? fail('names no metric');
  const family = families.get(name) ?? { name, type: 'unknown', help: '', unit: undefined, samples: [] };
  if (keyword === 'HELP') family.help = unescapedHelp(rest, format);
  else if (keyword === 'UNIT') {
    if (rest !== '' && !name.endsWith(`_${rest}`)) fail('has a unit that the name does not end with');
    family.unit = rest || undefined;
  } else {
    if (family.samples.length > 0) fail('declares a type after samples');
    if (family.type !== 'unknown') fail('declares a type again');
    family.type = types[format].get(rest) ?? fail('has no type');
  }
  families.set(name, family);
}

const common = ['counter', 'gauge', 'histogram', 'summary'] as const;
const types: Readonly<Record<PageFormat, ReadonlyMap<string, PageFamily['type']>>> = {
  text: new Map<string, PageFamily['type']>([...common.map((type) => [type, type] as const), ['untyped', 'unknown']]),
  openmetrics: new Map<string, PageFamily['type']>([
    ...common.map((type) => [type, type] as const),
    ['gaugehistogram', 'histogram'],
    ['info', 'info'],
    ['stateset', 'unknown'],
    ['unknown', 'unknown'],
  ]),
};

/** The family that declared the sample: by its own name, or without the suffix of its type. */
function familyOf(sample: string, families: Map<string, MutableFamily>, format: PageFormat): MutableFamily {
  const own = families.get(sample);
  if (own !== undefined) return own;
  for (const [suffix, of] of suffixes) {
    if (!sample.endsWith(suffix)) continue;
    const family = families.get(sample.slice(0, -suffix.length));
    if (family === undefined || !of.includes(family.type)) continue;
    if (format === 'openmetrics' || !openMetricsOnly.includes(suffix)) return family;
  }
  const undeclared: MutableFamily = { name: sample, type: 'unknown', help: '', unit: undefined, samples: [] };
  families.set(sample, undeclared);
  return undeclared;
}

const suffixes: ReadonlyArray<readonly [string, readonly PageFamily['type'][]]> = [
  ['_total', ['counter']],
  ['_created', ['counter', 'histogram', 'summary']],
  ['_bucket', ['histogram']],
  ['_gsum', ['histogram']],
  ['_gcount', ['histogram']],
  ['_sum', ['histogram', 'summary']],
  ['_count', ['histogram', 'summary']],
  ['_info', ['info']],
];
const openMetricsOnly = ['_total', '_info', '_created'];

function unescapedHelp(text: string, format: PageFormat): string {
  return text.replaceAll(/\\(.)/g, (all, character: string) => {
    if (character === 'n') return '\n';
    return character === '\\' || (format === 'openmetrics' && character === '"') ? character : all;
  });
}

/** Points of one series may stand side by side if their times differ. */
function seriesKey({ name, labels, time }: PageSample): string {
  const pairs = [...labels];
  if (pairs.length > 1) pairs.sort(([a], [b]) => (a < b ? -1 : 1));
  return `${name}\0${time ?? ''}\0${pairs.map(([label, value]) => `${label}\0${value}`).join('\0')}`;
}
