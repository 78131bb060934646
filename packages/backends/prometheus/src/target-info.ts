import type { FamilySnapshot, InfoSnapshot } from '@sightline/core/backend';
import { prometheusWrittenNames } from '@sightline/core/backend';

/** OpenTelemetry's resource attributes, such as `service.name`. */
export type ResourceAttributes = Readonly<Record<string, string | number | boolean>>;

/**
 * The resource as a family, `target_info`, whose labels are the attributes and no others (OpenTelemetry, "Prometheus and
 * OpenMetrics Compatibility", Resource Attributes); `undefined` without attributes.
 */
export function targetInfo(resource: ResourceAttributes): InfoSnapshot | undefined {
  const labels = new Map<string, string>();
  for (const [name, value] of Object.entries(resource).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value === '') continue;
    const written = labelName(name);
    const other = labels.get(written);
    // The same document: if several names become equal, their values are joined by ";" in the order of the names.
    labels.set(written, other === undefined ? String(value) : `${other};${value}`);
  }
  if (labels.size === 0) return undefined;
  return {
    kind: 'info',
    name: 'target',
    help: 'Target metadata',
    unit: undefined,
    labelNames: [...labels.keys()],
    constantLabels: {},
    size: 1,
    rows: Uint32Array.of(0),
    labelValues: [...labels.values()],
    startTimesMs: Float64Array.of(0),
    origin: 'own',
    values: Float64Array.of(1),
  };
}

/** The families, preceded by the info unless one of them has its name. */
export function withTargetInfo(
  families: readonly FamilySnapshot[],
  info: InfoSnapshot | undefined,
): readonly FamilySnapshot[] {
  if (info === undefined) return families;
  const isTaken = families.some((family) => prometheusWrittenNames(family).some((name) => reserved.has(name)));
  return isTaken ? families : [info, ...families];
}

const reserved: ReadonlySet<string> = new Set(['target', 'target_info']);

/** In Prometheus' character set; runs of other characters become one `_`. */
function labelName(name: string): string {
  const written = name.replaceAll(/[^a-zA-Z0-9_]+/g, '_').replaceAll(/__+/g, '_');
  return /^[a-zA-Z_]/.test(written) ? written : `key_${written}`;
}
