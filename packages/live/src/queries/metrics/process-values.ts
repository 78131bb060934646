import type { Line } from '../../store/metrics/line.js';
import type { KeptMetric, MetricPart } from '../../store/metrics/metric-part.js';
import { NumberLine } from '../../store/metrics/number-line.js';
import type { KeptSource } from '../../store/services/kept-source.js';
import { type Cells, valuesOf } from './line-cells.js';
import { linesOf } from './metric-lines.js';

/**
 * What distinguishes processes: several services in one process have the same instance id, and each of them reports all of it. The id of a
 * pod or a number may be that of several services' processes, whose pids differ.
 */
export function processOf(source: KeptSource): unknown {
  const { instance, pid } = source;
  return instance === undefined ? source : `${instance}\n${pid ?? ''}`;
}

/** By cell: what `merge` makes of the gauges of a process, and of several processes. A process counts once, however many services it holds. */
export function processValues(
  metrics: readonly KeptMetric[],
  cells: Cells,
  merge: (a: number, b: number) => number,
  matches: (line: Line) => boolean = () => true,
): Array<number | null> {
  const size = Math.max(0, cells.bounds.length - 1);
  const processes = new Map<unknown, Float64Array>();
  for (const metric of metrics) {
    const ofService = new Map<unknown, Float64Array>();
    for (const { part, line } of linesOf(metric, matches)) {
      if (!(line instanceof NumberLine)) continue;
      mergeInto(ofService, processOf(part.source), valuesOf(line.increases.channel, part, line, cells), merge);
    }
    for (const [process, values] of ofService) mergeInto(processes, process, values, Math.max);
  }
  const all = new Map<unknown, Float64Array>();
  for (const values of processes.values()) mergeInto(all, 'all', values, merge);
  const values = all.get('all');
  return Array.from({ length: size }, (_, cell) => {
    const value = values?.[cell] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  });
}

/** Whether a part is the only one of its process among those of the metrics: for what each service of a process counts alike. */
export function oncePerProcess(metrics: readonly KeptMetric[]): (part: MetricPart) => boolean {
  const counted = new Map<unknown, string>();
  for (const { service, parts } of metrics) {
    for (const { source } of parts) if (!counted.has(processOf(source))) counted.set(processOf(source), service);
  }
  return ({ source }) => counted.get(processOf(source)) === source.service;
}

function mergeInto(
  columns: Map<unknown, Float64Array>,
  key: unknown,
  values: Float64Array,
  merge: (a: number, b: number) => number,
): void {
  const known = columns.get(key);
  if (known === undefined) {
    columns.set(key, values.slice());
    return;
  }
  for (let cell = 0; cell < known.length; cell++) {
    const before = known[cell] as number;
    const value = values[cell] as number;
    if (!Number.isNaN(value)) known[cell] = Number.isNaN(before) ? value : merge(before, value);
  }
}
