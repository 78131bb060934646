import { type FamilyColumns, prometheusLabelName } from '@sightline/core/backend';
import { type ExpositionBytes, escaped } from './exposition-bytes.js';

/** Writes the labels of point `i` without braces: own labels in declared order, then constant labels. */
export interface LabelWriter {
  /** Whether no series of the family has a label. */
  readonly isEmpty: boolean;
  /** Whether point `i` has no labels. Absent if `isEmpty` applies to all points. */
  readonly isEmptyAt?: ((i: number) => boolean) | undefined;
  write(page: ExpositionBytes, i: number): void;
}

/** Labels are written again for every exposition: cached strings would cost 75 to 130 B per series. */
export function labelWriter(family: FamilyColumns): LabelWriter {
  const { labelNames, labelValues, rows } = family;
  const constants = [...Object.entries(family.constantLabels), ...scopeLabels(family)].map(
    ([name, value]) => `${prometheusLabelName(name)}="${escaped(value)}"`,
  );
  const width = labelNames.length;
  if (family.optionalLabels !== undefined && family.optionalLabels.length > 0) {
    return sparseWriter(family, family.optionalLabels, constants);
  }
  const openings = labelNames.map((name, k) => Buffer.from(`${k === 0 ? '' : '",'}${prometheusLabelName(name)}="`));
  const closing = Buffer.from((width === 0 ? constants : ['"', ...constants]).join(','));
  return {
    isEmpty: width === 0 && constants.length === 0,
    write(page, i) {
      const first = (rows[i] ?? 0) * width;
      for (let k = 0; k < width; k++) {
        page.add(openings[k] ?? closing);
        page.addLabelValue(labelValues[first + k] ?? '');
      }
      page.add(closing);
    },
  };
}

/** OpenTelemetry, "Prometheus and OpenMetrics Compatibility", Instrumentation Scope. */
function scopeLabels({ instrumentation, labelNames }: FamilyColumns): ReadonlyArray<readonly [string, string]> {
  if (instrumentation === undefined) return [];
  const { scopeName, scopeVersion } = instrumentation;
  const labels = [['otel_scope_name', scopeName] as const, ['otel_scope_version', scopeVersion] as const];
  return labels.filter(([name, value]) => value !== '' && !labelNames.some((own) => prometheusLabelName(own) === name));
}

/** For families with optional labels. */
function sparseWriter(
  { labelNames, labelValues, rows }: FamilyColumns,
  optionalLabels: readonly string[],
  constants: readonly string[],
): LabelWriter {
  const width = labelNames.length;
  const opening = (start: string) => labelNames.map((name) => Buffer.from(`${start}${prometheusLabelName(name)}="`));
  const [first, next] = [opening(''), opening(',')];
  const isOptional = labelNames.map((name) => optionalLabels.includes(name));
  const quote = Buffer.from('"');
  const [alone, after] = [Buffer.from(constants.join(',')), Buffer.from(constants.map((text) => `,${text}`).join(''))];
  const isLacked = (i: number, k: number): boolean =>
    isOptional[k] === true && (labelValues[(rows[i] ?? 0) * width + k] ?? '') === '';
  return {
    isEmpty: false,
    isEmptyAt:
      constants.length > 0 || optionalLabels.length < width
        ? undefined
        : (i) => labelNames.every((_, k) => isLacked(i, k)),
    write(page, i) {
      let isFirst = true;
      for (let k = 0; k < width; k++) {
        if (isLacked(i, k)) continue;
        page.add((isFirst ? first : next)[k] ?? quote);
        page.addLabelValue(labelValues[(rows[i] ?? 0) * width + k] ?? '');
        page.add(quote);
        isFirst = false;
      }
      page.add(isFirst ? alone : after);
    },
  };
}
