import { uptime } from 'node:os';
import { type Counter, consoleLog, type Log, type MetricsCollector } from '@sightline/core';
import type { HostSource } from './host-source.js';
import { procSource } from './proc-source.js';
import { systeminformationSource } from './systeminformation-source.js';

export interface HostMetricsOptions {
  /** Least time between two readings of the host, in milliseconds. Default 60 000. */
  intervalMs?: number | undefined;
  /** `false` leaves a group out; an object gives it an interval of its own. */
  cpu?: GroupOption | undefined;
  memory?: GroupOption | undefined;
  disk?: GroupOption | undefined;
  diskIo?: GroupOption | undefined;
  network?: GroupOption | undefined;
  /** Which mounts, by path. Default: file systems on devices, and the root of a container. */
  isDiskMeasured?: ((path: string) => boolean) | undefined;
  /** Which interfaces, by name. Default: all but `lo` and those of containers (`veth…`). */
  isInterfaceMeasured?: ((name: string) => boolean) | undefined;
  /**
   * Where counters of bytes and errors begin: at the machine's start, as the kernel counts and Prometheus expects, or at this one's,
   * for backends that send differences (the first would hold everything since the boot). Default `boot`.
   */
  countFrom?: 'boot' | 'start' | undefined;
  /** Where the numbers come from. Default: `/proc` on Linux, `systeminformation` elsewhere. */
  source?: HostSource | undefined;
  /** Where a group that cannot be read is reported, once. Default: `console`. */
  log?: Log | undefined;
}

export type GroupOption = boolean | { readonly intervalMs: number };

export interface HostMetrics {
  /** Ends it. The metrics keep their last values. */
  stop(): void;
}

/**
 * Exports CPU, memory, disks and network of the machine, or of the container where it has limits. Everything is read when somebody
 * reads the collector, at most once an interval. A group that cannot be read is reported once and counted in
 * `sightline_collect_failures_total`; the others go on.
 */
export function collectHostMetrics(metrics: MetricsCollector, options: HostMetricsOptions = {}): HostMetrics {
  const { intervalMs = 60_000, source = defaultSource(), log = consoleLog } = options;
  const { countFrom = 'boot' } = options;
  if (!(intervalMs >= 1)) {
    throw new RangeError(`[system-metrics] intervalMs is ${intervalMs}: give milliseconds from 1 on.`);
  }
  const { isDiskMeasured = () => true, isInterfaceMeasured = (name) => !/^(lo\d*|veth.*)$/.test(name) } = options;
  const stops: Array<() => void> = [];

  const group = (name: 'cpu' | 'memory' | 'disk' | 'diskIo' | 'network', declare: () => () => Promise<void>): void => {
    const option = options[name] ?? true;
    if (option === false) return;
    const collect = declare();
    let isReported = false;
    const callback = async (): Promise<void> => {
      try {
        await collect();
        isReported = false;
      } catch (error) {
        if (!isReported) report(log, name, error);
        isReported = true;
        throw error; // counted by the collector
      }
    };
    const interval = typeof option === 'object' ? option.intervalMs : intervalMs;
    stops.push(metrics.onCollect(callback, { name: `host ${name}`, intervalMs: interval }));
  };

  group('cpu', () => cpu(metrics, source));
  group('memory', () => memory(metrics, source));
  group('disk', () => disk(metrics, source, isDiskMeasured));
  group('diskIo', () => diskIo(metrics, source, countFrom));
  group('network', () => network(metrics, source, isInterfaceMeasured, countFrom));
  return {
    stop() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}

function defaultSource(): HostSource {
  return process.platform === 'linux' ? procSource() : systeminformationSource();
}

function report(log: Log, name: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  try {
    log.warn(
      { err: error },
      `[system-metrics] The host's ${name} cannot be read: ${message}. Turn it off with { ${name}: false }.`,
    );
  } catch {
    // A logger that fails must not fail a read.
  }
}

function cpu(metrics: MetricsCollector, source: HostSource): () => Promise<void> {
  const usage = metrics.gauge('system_cpu_usage_percent', {
    help: 'Share of time that a core was busy since the last reading; core "cgroup" is the share of what the container may use.',
    unit: 'percent',
    labelNames: ['core'],
  });
  const count = metrics.gauge('system_cpu_count', { help: 'Processors that the process may use.' });
  const before = new Map<string, { busy: number; total: number }>();
  // The first reading needs one before it.
  const primed = source.cpuTimes().then(
    (times) => {
      for (const { core, busy, total } of times) before.set(core, { busy, total });
    },
    () => {},
  );
  return async () => {
    await primed;
    count.set(await source.cpuCount());
    const seen = new Set<string>();
    for (const { core, busy, total } of await source.cpuTimes()) {
      seen.add(core);
      const last = before.get(core);
      const passed = total - (last?.total ?? total);
      // The kernel's idle time may fall a little (proc(5)).
      if (last !== undefined && passed > 0) {
        usage.set({ core }, Math.min(100, Math.max(0, ((busy - last.busy) / passed) * 100)));
        before.set(core, { busy, total });
      } else if (last === undefined || passed < 0) {
        before.set(core, { busy, total });
      }
    }
    for (const core of before.keys()) {
      if (seen.has(core)) continue;
      before.delete(core); // taken offline
      usage.remove({ core });
    }
  };
}

function memory(metrics: MetricsCollector, source: HostSource): () => Promise<void> {
  const bytes = metrics.gauge('system_memory_usage_bytes', {
    help: 'Memory of the machine, or of the container where it is limited.',
    unit: 'bytes',
    labelNames: ['type'],
    labelValues: { type: ['total', 'available', 'used', 'free'] },
  });
  const percent = metrics.gauge('system_memory_usage_percent', { help: 'Share of memory in use.', unit: 'percent' });
  return async () => {
    const { total, available, free } = await source.memory();
    const used = total - available;
    for (const [type, value] of Object.entries({ total, available, used, free })) {
      bytes.set({ type }, value);
    }
    percent.set(total > 0 ? (used / total) * 100 : 0);
  };
}

function disk(
  metrics: MetricsCollector,
  source: HostSource,
  isMeasured: (path: string) => boolean,
): () => Promise<void> {
  const bytes = metrics.gauge('system_disk_usage_bytes', {
    help: 'Space of a file system.',
    unit: 'bytes',
    labelNames: ['path', 'type'],
  });
  const percent = metrics.gauge('system_disk_usage_percent', {
    help: 'Share of the space that others than root can use.',
    unit: 'percent',
    labelNames: ['path'],
  });
  let known = new Set<string>();
  return async () => {
    const disks = (await source.disks()).filter(({ path }) => isMeasured(path));
    for (const { path, total, used, free, available } of disks) {
      for (const [type, value] of Object.entries({ total, used, free, available })) bytes.set({ path, type }, value);
      // As df(1) has it: what is kept for root counts neither as used nor as usable.
      const usable = used + available;
      percent.set({ path }, usable > 0 ? (used / usable) * 100 : 0);
    }
    const now = new Set(disks.map(({ path }) => path));
    for (const path of known) {
      if (now.has(path)) continue;
      for (const type of ['total', 'used', 'free', 'available']) bytes.remove({ path, type });
      percent.remove({ path });
    }
    known = now;
  };
}

type CountFrom = 'boot' | 'start';

function diskIo(metrics: MetricsCollector, source: HostSource, countFrom: CountFrom): () => Promise<void> {
  const bytes = metrics.counter('system_disk_io_bytes_total', {
    help: 'Bytes read from and written to a device.',
    unit: 'bytes',
    labelNames: ['device', 'direction'],
    startTimeMs: beginningOf(countFrom),
  });
  const advance = running(bytes, countFrom);
  return async () => {
    for (const { device, readBytes, writtenBytes } of await source.diskIo()) {
      advance({ device, direction: 'read' }, readBytes);
      advance({ device, direction: 'write' }, writtenBytes);
    }
  };
}

function network(
  metrics: MetricsCollector,
  source: HostSource,
  isMeasured: (name: string) => boolean,
  countFrom: CountFrom,
): () => Promise<void> {
  const labelNames = ['interface', 'direction'] as const;
  const bytes = metrics.counter('system_network_bytes_total', {
    help: 'Bytes received and transmitted by an interface.',
    unit: 'bytes',
    labelNames,
    startTimeMs: beginningOf(countFrom),
  });
  const errors = metrics.counter('system_network_errors_total', {
    help: 'Packets that an interface could not receive or transmit.',
    labelNames,
    startTimeMs: beginningOf(countFrom),
  });
  const advanceBytes = running(bytes, countFrom);
  const advanceErrors = running(errors, countFrom);
  return async () => {
    for (const each of await source.network()) {
      if (!isMeasured(each.interface)) continue;
      const received = { interface: each.interface, direction: 'receive' };
      const transmitted = { interface: each.interface, direction: 'transmit' };
      advanceBytes(received, each.receivedBytes);
      advanceBytes(transmitted, each.transmittedBytes);
      advanceErrors(received, each.receiveErrors);
      advanceErrors(transmitted, each.transmitErrors);
    }
  };
}

/** What the kernel counts began when the machine started. */
function beginningOf(countFrom: CountFrom): number | undefined {
  return countFrom === 'boot' ? Date.now() - uptime() * 1000 : undefined;
}

/** Moves a counter to a running total of the kernel's. A total that falls was started anew, and counts from 0. */
function running<N extends string>(
  counter: Counter<N>,
  countFrom: CountFrom,
): (labels: Readonly<Record<N, string>>, total: number) => void {
  const last = new Map<string, number>();
  return (labels, total) => {
    const key = JSON.stringify(labels);
    const before = last.get(key);
    last.set(key, total);
    const series = counter.labels(labels);
    if (before === undefined) series.inc(countFrom === 'boot' ? total : 0);
    else series.inc(total >= before ? total - before : total);
  };
}
