import type { RuntimeAnswer, RuntimeProcess, TimeSeries } from '../model/answers.js';
import type { LiveHost } from '../model/host.js';
import type { LiveStore } from '../store/live-store.js';
import type { Line } from '../store/metrics/line.js';
import type { KeptSource } from '../store/services/kept-source.js';
import { equalCells } from './metrics/cells.js';
import { findMetrics, labelOf, linesOf } from './metrics/metric-lines.js';
import { totalsOf } from './metrics/metric-totals.js';
import { oncePerProcess, processOf, processValues } from './metrics/process-values.js';
import { msPerUnit } from './metrics/time-units.js';
import type { Parameters, TimeWindow } from './parameters.js';
import { type RuntimeMetric, runtimeMetrics, runtimeNames } from './runtime-metrics.js';

/** `runtime`: of the host itself in a service, else from the metrics that services send. */
export function runtimeAnswer(store: LiveStore, host: LiveHost, parameters: Parameters, nowMs: number): RuntimeAnswer {
  const service = parameters.text('service');
  const window = parameters.window(nowMs);
  const own = host.runtime();
  const isOfOther =
    own !== undefined && service !== undefined && !own.processes.some((each) => each.service === service);
  return {
    processes: own !== undefined && !isOfOther ? own.processes : processesOf(store, service, nowMs),
    series: seriesOf(store, service, window),
    heapHolders: own?.heapHolders ?? [],
    queues: own?.queues ?? [],
  };
}

/** Those that run, and those that ended lately. */
function processesOf(store: LiveStore, service: string | undefined, nowMs: number): readonly RuntimeProcess[] {
  const processes = new Map<unknown, Process>();
  const names = new Set<string>(Object.values(runtimeNames).flatMap((each) => each.names));
  for (const metric of findMetrics(store, service, ...names)) {
    for (const { part, line } of linesOf(metric)) {
      const process = processes.get(processOf(part.source)) ?? { sources: new Set(), lines: new Set(), lastMs: 0 };
      processes.set(processOf(part.source), process);
      process.sources.add(part.source);
      process.lines.add(line);
      process.lastMs = Math.max(process.lastMs, part.lastMs);
    }
  }
  const rows = [...processes.values()].map((process) => processRow(store, process, nowMs));
  const ended = rows.filter(({ hasEnded }) => hasEnded).sort((a, b) => (b.lastMs ?? 0) - (a.lastMs ?? 0));
  return [...rows.filter(({ hasEnded }) => !hasEnded), ...ended.slice(0, MAX_ENDED)];
}

/** What one process has sent, by all of its services. */
interface Process {
  readonly sources: Set<KeptSource>;
  readonly lines: Set<Line>;
  lastMs: number;
}

const MAX_ENDED = 50;

function processRow(store: LiveStore, { sources, lines, lastMs }: Process, nowMs: number): RuntimeProcess {
  const values = runtimeMetrics(store, undefined, nowMs, (line) => lines.has(line));
  const { residentBytes, heapUsedBytes, heapLimitBytes, eventLoopDelayP99Ms, eventLoopUtilization } = values;
  const services = [...sources].map(({ service }) => service);
  const [first] = sources;
  const facts = factsOf(store, sources);
  return {
    service: services[0] ?? '',
    services,
    hasEnded: Object.values(values).every((value) => value === null),
    lastMs,
    instance: first?.instance ?? null,
    pid: first?.pid ?? null,
    startedMs: facts.startedMs,
    versions: facts.versions,
    residentBytes,
    heapUsedBytes,
    heapLimitBytes,
    eventLoopDelayP99Ms,
    eventLoopUtilization,
    handles: facts.handles,
  };
}

function factsOf(
  store: LiveStore,
  sources: ReadonlySet<KeptSource>,
): Pick<RuntimeProcess, 'startedMs' | 'versions' | 'handles'> {
  const versions: Record<string, string> = Object.create(null);
  for (const { runtime } of sources) if (runtime !== undefined) versions[runtime.name] = runtime.version;
  let startedMs: number | null = null;
  let handles: Record<string, number> | null = null;
  for (const metric of findMetrics(
    store,
    undefined,
    'nodejs_version_info',
    'process_start_time',
    ...runtimeNames.handles.names,
  )) {
    for (const { part, line } of linesOf(metric)) {
      if (!sources.has(part.source)) continue;
      const version = labelOf(line, 'version');
      if (metric.kind === 'info' || version !== undefined) {
        if (version !== undefined) versions['node'] = version.replace(/^v/, '');
      } else if ('value' in line) {
        const type = labelOf(line, 'type');
        if (type === undefined) startedMs = line.value * msPerUnit(metric, 1000);
        else if (line.value > 0) handles = Object.assign(handles ?? Object.create(null), { [type]: line.value });
      }
    }
  }
  return { startedMs, versions, handles };
}

function seriesOf(store: LiveStore, service: string | undefined, window: TimeWindow): TimeSeries {
  const cells = equalCells(window);
  const values: Record<string, ReadonlyArray<number | null>> = {};
  const add = (name: string, series: ReadonlyArray<number | null>): boolean => {
    const isKnown = series.some((value) => value !== null);
    if (isKnown) values[name] = series;
    return isKnown;
  };
  for (const [name, metric] of Object.entries(runtimeNames) as Array<[string, RuntimeMetric]>) {
    for (const written of metric.names) {
      const found = findMetrics(store, service, written);
      const factor = name === 'eventLoopDelayP99Ms' ? msPerUnit(found[0] ?? { name: written, unit: null }, 1000) : 1;
      const series = processValues(found, cells, metric.merge, metric.matches);
      if (
        add(
          name,
          series.map((value) => (value === null ? null : value * factor)),
        )
      )
        break;
    }
  }
  const cpu = findMetrics(store, service, 'process_cpu', 'process_cpu_time').filter(({ kind }) => kind === 'counter');
  const cpuTime = totalsOf(cpu, cells, { isCounted: oncePerProcess(cpu) });
  const cpuFactor = msPerUnit(cpu[0] ?? { name: '', unit: null }, 1000);
  const perMs = (amounts: Float64Array, knownMs: Float64Array, factor: number): Array<number | null> =>
    Array.from(amounts, (amount, cell) =>
      (knownMs[cell] as number) > 0 ? (amount * factor) / (knownMs[cell] as number) : null,
    );
  const isKnown = add('cpuShare', perMs(cpuTime.counts, cpuTime.knownMs, cpuFactor));
  if (!isKnown) add('cpuShare', processValues(findMetrics(store, service, 'process_cpu_utilization'), cells, Math.max));
  const pauses = findMetrics(store, service, 'nodejs_gc_duration', 'v8js_gc_duration', 'jvm_gc_duration');
  const gc = totalsOf(pauses, cells, { isCounted: oncePerProcess(pauses) });
  const gcFactor = msPerUnit(pauses[0] ?? { name: '', unit: null }, 1000);
  add('gcMsPerSecond', perMs(gc.sums, gc.knownMs, gcFactor * 1000));
  return { timesMs: cells.bounds.slice(1), values };
}
