/** Prometheus' text format 0.0.4 and 1.0.0, or OpenMetrics 1.0. */
export type PageFormat = 'text' | 'openmetrics';

export interface PageSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  /** As it is written: milliseconds in the text format, seconds in OpenMetrics. */
  readonly time?: string;
}

type Fail = (what: string) => never;

/** Reads the line of a sample. Calls `fail`, which throws, where Prometheus would refuse it. */
export function readSample(line: string, format: PageFormat, fail: Fail): PageSample {
  const isOpenMetrics = format === 'openmetrics';
  const labels = new Map<string, string>();
  const start = isOpenMetrics ? 0 : skipBlanks(line, 0);
  const bare = matchAt(METRIC, line, start) ?? '';
  let name = bare;
  let at = start + bare.length;
  if (!isOpenMetrics && line[skipBlanks(line, at)] === '{') at = skipBlanks(line, at);
  if (line[at] === '{') {
    const read = readLabels(line, at, labels, format, fail);
    if (read.name !== undefined && bare !== '') fail('names two metrics');
    name ||= read.name ?? '';
    at = read.end;
  }
  if (name === '') fail('is no sample');
  const rest = line.slice(at);
  const [all, value = '', time, exemplar] = (isOpenMetrics ? OPENMETRICS_VALUE : TEXT_VALUE).exec(rest) ?? [];
  const number = numberOf(value);
  if (all === undefined || number === undefined || !/^[ \t}]$/.test(line[at - 1] === '}' ? '}' : (rest[0] ?? ''))) {
    return fail('has no value');
  }
  if (time !== undefined && !isTime(time, format)) fail('has a wrong time stamp');
  if (exemplar !== undefined) checkExemplar(exemplar, fail);
  return { name, labels, value: number, ...(time === undefined ? {} : { time }) };
}

/** The name of a `# TYPE` line: bare, or in quotes, as names of UTF-8 are; `undefined` if it is none. */
export function valueOfName(written: string): string | undefined {
  if (!written.startsWith('"')) return matchAt(METRIC, written, 0) === written && written !== '' ? written : undefined;
  const name = readQuoted(written, 0);
  return name === undefined || name.text === '' || name.end !== written.length ? undefined : name.text;
}

const METRIC = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const TEXT_VALUE = /^[ \t]*([^ \t]+)(?:[ \t]+([^ \t]+))?[ \t]*$/;
const OPENMETRICS_VALUE = /^ ([^ ]+)(?: ([^ #][^ ]*))?(?: # (\{.*))?$/s;

interface Labels {
  /** Position behind `}`. */
  readonly end: number;
  /** A metric's name in quotes: `{"http.requests",method="GET"}`. */
  readonly name: string | undefined;
}

function readLabels(line: string, open: number, labels: Map<string, string>, format: PageFormat, fail: Fail): Labels {
  const skip = (at: number): number => (format === 'text' ? skipBlanks(line, at) : at);
  const broken = (): never => fail('has broken labels');
  let metric: string | undefined;
  let at = skip(open + 1);
  while (line[at] !== '}') {
    const quoted = line[at] === '"' ? (readQuoted(line, at) ?? broken()) : undefined;
    const name = quoted?.text ?? matchAt(LABEL, line, at) ?? broken();
    at = skip(quoted?.end ?? at + name.length);
    if (line[at] === '=') {
      const value = readQuoted(line, skip(at + 1)) ?? broken();
      if (labels.has(name) || name === '__name__') fail(`has the label "${name}" twice`);
      labels.set(name, value.text);
      at = skip(value.end);
    } else if (quoted === undefined || metric !== undefined || name === '') broken();
    else metric = name;
    if (line[at] === ',') at = skip(at + 1);
    else if (line[at] !== '}') broken();
  }
  return { end: at + 1, name: metric };
}

/** A text in quotes at `start`, without its escapes, and the position behind it. */
function readQuoted(line: string, start: number): { readonly text: string; readonly end: number } | undefined {
  if (line[start] !== '"') return undefined;
  for (let at = line.indexOf('"', start + 1); at >= 0; at = line.indexOf('"', at + 1)) {
    let slashes = 0;
    while (line[at - 1 - slashes] === '\\' && at - 1 - slashes > start) slashes++;
    if (slashes % 2 === 0) return { text: unescaped(line.slice(start + 1, at)), end: at + 1 };
  }
  return undefined;
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(/\\(.)/g, (all, character: string) =>
    character === 'n' ? '\n' : character === '\\' || character === '"' ? character : all,
  );
}

/** `{labels} value`, perhaps with a time. */
function checkExemplar(text: string, fail: Fail): void {
  const { end } = readLabels(text, 0, new Map(), 'openmetrics', () => fail('has a broken exemplar'));
  const [, value = '', time] = /^ ([^ ]+)(?: ([^ ]+))?$/.exec(text.slice(end)) ?? [];
  if (numberOf(value) === undefined || (time !== undefined && !isTime(time, 'openmetrics')))
    fail('has a broken exemplar');
}

function numberOf(text: string): number | undefined {
  if (/^[+-]?inf(inity)?$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^[+-]?nan$/i.test(text)) return /^[+-]/.test(text) ? undefined : Number.NaN;
  const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
  return number === undefined || Number.isFinite(number) ? number : undefined;
}

/** Milliseconds in 64 bits, or seconds. */
function isTime(text: string, format: PageFormat): boolean {
  if (format === 'openmetrics') return Number.isFinite(numberOf(text));
  return /^\d{1,19}$/.test(text) && BigInt(text) < 2n ** 63n;
}

function matchAt(pattern: RegExp, line: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0];
}

function skipBlanks(line: string, start: number): number {
  let at = start;
  while (line[at] === ' ' || line[at] === '\t') at++;
  return at;
}
