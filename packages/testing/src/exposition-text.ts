/** A parsed exposition in Prometheus' text format 0.0.4, each line in canonical form. */
export interface Exposition {
  readonly samples: readonly string[];
  /** `# HELP` and `# TYPE` lines. */
  readonly comments: readonly string[];
  /** Of samples and in comments. */
  readonly names: ReadonlySet<string>;
}

/** Parses the lines, which may be indented. Ignores timestamps. Throws for a wrong line. */
export function parseExposition(text: string): Exposition {
  const samples: string[] = [];
  const comments: string[] = [];
  const names = new Set<string>();
  text.split('\n').forEach((rawLine, i) => {
    const line = rawLine.trim();
    const comment = COMMENT.exec(line);
    if (comment !== null) {
      const [, keyword = '', name = '', rest = ''] = comment;
      comments.push(`# ${keyword} ${name} ${rest}`);
      names.add(name);
    } else if (line !== '' && !line.startsWith('#')) {
      const sample = parseSample(line);
      if (sample === undefined)
        throw new SyntaxError(`[testing] Line ${i + 1} of the exposition is no sample: ${line}`);
      samples.push(sampleText(sample.name, sample.labels, sample.value));
      names.add(sample.name);
    }
  });
  if (names.size === 0)
    throw new SyntaxError('[testing] The exposition names no metric, so there is nothing to compare.');
  return { samples, comments, names };
}

/** A sample in canonical form: labels sorted by name, numbers as JavaScript writes them. */
export function sampleText(name: string, labels: readonly (readonly [string, string])[], value: number): string {
  const pairs = labels
    .map(([label, text]): [string, string] => [
      label,
      label === 'le' || label === 'quantile' ? numberText(toNumber(text), text) : text,
    ])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([label, text]) => `${label}="${text.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`))}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${numberText(value)}`;
}

const COMMENT = /^#\s+(HELP|TYPE)\s+([a-zA-Z_:][\w:]*)(?:\s+(.*))?$/;
const NAME = /^[a-zA-Z_:][\w:]*/;
const LABEL = /^\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*/;
const VALUE = /^\s*(\S+)(?:\s+-?\d+)?$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

interface Sample {
  readonly name: string;
  readonly labels: readonly (readonly [string, string])[];
  readonly value: number;
}

function parseSample(line: string): Sample | undefined {
  const name = NAME.exec(line)?.[0];
  if (name === undefined) return undefined;
  let rest = line.slice(name.length).trimStart();
  const labels: Array<readonly [string, string]> = [];
  if (rest.startsWith('{')) {
    rest = rest.slice(1).trimStart();
    while (!rest.startsWith('}')) {
      const label = LABEL.exec(rest);
      if (label === null) return undefined;
      labels.push([label[1] ?? '', unescaped(label[2] ?? '')]);
      rest = rest.slice(label[0].length);
      if (rest.startsWith(',')) rest = rest.slice(1).trimStart();
      else if (!rest.startsWith('}')) return undefined;
    }
    rest = rest.slice(1);
  }
  const value = toNumber(VALUE.exec(rest)?.[1] ?? '');
  return value === undefined ? undefined : { name, labels, value };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

function toNumber(text: string): number | undefined {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return Number.NaN;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return DECIMAL.test(text) ? Number(text) : undefined;
}

function numberText(value: number | undefined, otherwise = ''): string {
  if (value === undefined) return otherwise;
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
