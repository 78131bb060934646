import type { MetricRow } from '../model/answers.js';
import type { LiveSource } from '../model/intake.js';
import type { LiveStore } from '../store/live-store.js';
import { HistogramLine, MAX_BOUNDS } from '../store/metrics/histogram-line.js';
import type { Line } from '../store/metrics/line.js';
import type { Labels, LineHead } from '../store/metrics/line-head.js';
import { NumberLine } from '../store/metrics/number-line.js';
import type { Columns, SourceHistory } from '../store/metrics/source-history.js';
import { SummaryLine } from '../store/metrics/summary-line.js';
import { REDACTED } from '../store/values/safe-texts.js';
import type { SessionFields } from './session-fields.js';

/** Takes the series of a session, with their histories. */
export class SeriesReader {
  readonly #store: LiveStore;
  /** Those whose rows are of this session: columns fit no others. */
  readonly #restored = new Set<SourceHistory>();

  constructor(store: LiveStore) {
    this.#store = store;
  }

  takeRows(fields: SessionFields, source: LiveSource): void {
    const { metrics, services } = this.#store;
    const ofSource = metrics.begin(services.keptOf(source));
    const { history } = ofSource;
    const hasFine = history.fine.restore(timesOf(fields, 'fine'));
    const hasCoarse = history.coarse.restore(timesOf(fields, 'coarse'));
    if (hasFine && hasCoarse) this.#restored.add(history);
    metrics.end(ofSource);
  }

  /** Returns whether it was taken: one of a source that was imported before is not. */
  takeSeries(fields: SessionFields, source: LiveSource): boolean {
    const { metrics, services, texts } = this.#store;
    const ofSource = metrics.begin(services.keptOf(source));
    if (!this.#restored.has(ofSource.history)) return false;
    const kind = kindOf(fields);
    const unit = fields.optionalText('unit') ?? null;
    const part = metrics.part(ofSource, { name: fields.text('name'), help: fields.text('help'), unit, kind }, 1);
    if (part !== undefined) {
      const labels = safeLabels(texts, fields);
      const key = JSON.stringify(labels);
      const line = metrics.line(
        part,
        key,
        fields.number('startMs'),
        isAnyLine,
        () => labels,
        (head) => lineOf(kind, fields, head),
      );
      if (line?.isNew === true) restoreLine(line, fields);
      if (line !== undefined) metrics.reported(part, line.head.lastMs);
    }
    metrics.end(ofSource);
    return true;
  }
}

const MAX_ROWS = 1000;
const MAX_KEYS = 300;

function lineOf(kind: MetricRow['kind'], fields: SessionFields, head: LineHead): Line {
  switch (kind) {
    case 'histogram':
      return new HistogramLine(head, fields.has('bounds') ? numbers(fields, 'bounds', MAX_BOUNDS) : undefined);
    case 'summary':
      return new SummaryLine(head);
    default:
      return new NumberLine(head, kind === 'counter');
  }
}

function restoreLine(line: Line, fields: SessionFields): void {
  const { head } = line;
  head.sinceMs = fields.number('sinceMs');
  head.lastMs = fields.number('lastMs');
  const counts = columnsOf(fields.optionalRecord('counts'));
  const current = fields.optionalNumber('current') ?? Number.NaN;
  if (line instanceof NumberLine) {
    line.value = current;
    if (counts !== undefined) line.hasHistory = line.increases.restore(head.history, counts);
    return;
  }
  line.count = current;
  line.sum = fields.optionalNumber('sum') ?? Number.NaN;
  if (counts !== undefined) line.hasHistory = line.counts.restore(head.history, counts);
  const sums = columnsOf(fields.optionalRecord('sums'));
  if (sums !== undefined) line.sums.restore(head.history, sums);
  if (line instanceof HistogramLine) {
    const scale = fields.optionalNumber('scale') ?? 0;
    if (line.bounds === undefined && Number.isInteger(scale) && scale >= -10 && scale <= 2) line.scale = scale;
    for (const [bucket, columns] of keyedColumns(fields, 'buckets')) line.restoreBucket(bucket, columns);
  } else for (const [quantile, columns] of keyedColumns(fields, 'quantiles')) line.restoreQuantile(quantile, columns);
}

function keyedColumns(fields: SessionFields, name: string): ReadonlyArray<readonly [number, Columns]> {
  if (!fields.has(name)) return [];
  return fields
    .list(name)
    .slice(0, MAX_KEYS)
    .map((item) => {
      const [key, columns] = Array.isArray(item) ? (item as readonly unknown[]) : [];
      if (typeof key !== 'number' || !Number.isFinite(key) || typeof columns !== 'object' || columns === null) {
        throw fields.wrong(name, 'a list of numbers with their columns');
      }
      const { fine, coarse } = columns as { readonly fine?: unknown; readonly coarse?: unknown };
      return [key, { fine: columnOf(fine), coarse: columnOf(coarse) }];
    });
}

function columnsOf(fields: SessionFields | undefined): Columns | undefined {
  return fields === undefined
    ? undefined
    : { fine: columnOf(fields.any('fine')), coarse: columnOf(fields.any('coarse')) };
}

function columnOf(values: unknown): readonly number[] {
  if (!Array.isArray(values)) return [];
  return (values as readonly unknown[])
    .slice(-MAX_ROWS)
    .map((value) => (typeof value === 'number' ? value : Number.NaN));
}

function timesOf(fields: SessionFields, name: string): readonly number[] {
  const times = numbers(fields, name, MAX_ROWS);
  if (times.some((time, i) => i > 0 && time <= (times[i - 1] as number))) throw fields.wrong(name, 'ascending times');
  return times;
}

function numbers(fields: SessionFields, name: string, max: number): readonly number[] {
  const values = fields.list(name);
  if (values.length > max || !values.every((value) => typeof value === 'number' && Number.isFinite(value))) {
    throw fields.wrong(name, `a list of at most ${max} numbers`);
  }
  return values as readonly number[];
}

function kindOf(fields: SessionFields): MetricRow['kind'] {
  const kind = kinds.find((each) => each === fields.any('kind'));
  if (kind === undefined) throw fields.wrong('kind', `one of ${kinds.join(', ')}`);
  return kind;
}

const kinds: ReadonlyArray<MetricRow['kind']> = ['counter', 'gauge', 'histogram', 'summary', 'info'];

function safeLabels(texts: LiveStore['texts'], fields: SessionFields): Labels {
  const given = fields.optionalRecord('labels');
  const labels: Record<string, string> = Object.create(null);
  for (const name of given?.names().slice(0, 64) ?? []) {
    const key = texts.key(name);
    const value = given?.text(name) ?? '';
    labels[key.name] = texts.isSecret(key, value) ? REDACTED : texts.text(value, 512);
  }
  return labels;
}

function isAnyLine(_: Line): _ is Line {
  return true;
}
