import type { MetricsCollector } from '@sightline/core';
import type { GroupSetting, HostGroups } from './host-groups.js';
import { kernelCounter } from './kernel-counter.js';

/** The names and label words of the system documents: shares in percent, `core="cpu0"`, `direction="received"`. */
export const documentMetrics: HostGroups = { cpu, memory, disk, diskIo, network };

function cpu(metrics: MetricsCollector, { source }: GroupSetting): () => Promise<void> {
  const usage = metrics.gauge('system_cpu_usage_percent', {
    help: 'Share of time that a core was busy since the last reading. Core "cgroup": used share of the limit of the container.',
    unit: 'percent',
    labelNames: ['core'],
  });
  const count = metrics.gauge('system_cpu_count', { help: 'Processors that the process may use.' });
  const before = new Map<string, { busy: number; total: number }>();
  // A reading needs an earlier one.
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

function memory(metrics: MetricsCollector, { source }: GroupSetting): () => Promise<void> {
  const bytes = metrics.gauge('system_memory_usage_bytes', {
    help: 'Memory of the machine, or of the container if it is limited.',
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

function disk(metrics: MetricsCollector, { source, isDiskMeasured }: GroupSetting): () => Promise<void> {
  const bytes = metrics.gauge('system_disk_usage_bytes', {
    help: 'Space of a file system.',
    unit: 'bytes',
    labelNames: ['path', 'type'],
  });
  const percent = metrics.gauge('system_disk_usage_percent', {
    help: 'Used share of the space for users other than root.',
    unit: 'percent',
    labelNames: ['path'],
  });
  let known = new Set<string>();
  return async () => {
    const disks = (await source.disks()).filter(({ path }) => isDiskMeasured(path));
    for (const { path, total, used, free, available } of disks) {
      for (const [type, value] of Object.entries({ total, used, free, available })) bytes.set({ path, type }, value);
      // As in df(1): space reserved for root counts neither as used nor as available.
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

function diskIo(metrics: MetricsCollector, { source, countFrom }: GroupSetting): () => Promise<void> {
  const bytes = kernelCounter(metrics, 'system_disk_io_bytes_total', {
    help: 'Bytes read from and written to a device.',
    unit: 'bytes',
    labelNames: ['device', 'direction'],
    countFrom,
  });
  return async () => {
    for (const { device, readBytes, writtenBytes } of await source.diskIo()) {
      bytes.advance({ device, direction: 'read' }, readBytes);
      bytes.advance({ device, direction: 'write' }, writtenBytes);
    }
    bytes.endMissing();
  };
}

function network(
  metrics: MetricsCollector,
  { source, isInterfaceMeasured, countFrom }: GroupSetting,
): () => Promise<void> {
  const labelNames = ['interface', 'direction'] as const;
  const bytes = kernelCounter(metrics, 'system_network_bytes_total', {
    help: 'Bytes received and sent by an interface.',
    unit: 'bytes',
    labelNames,
    countFrom,
  });
  const errors = kernelCounter(metrics, 'system_network_errors_total', {
    help: 'Packets that an interface could not receive or send.',
    labelNames,
    countFrom,
  });
  return async () => {
    for (const each of await source.network()) {
      if (!isInterfaceMeasured(each.interface)) continue;
      const received = { interface: each.interface, direction: 'received' };
      const sent = { interface: each.interface, direction: 'sent' };
      bytes.advance(received, each.receivedBytes);
      bytes.advance(sent, each.transmittedBytes);
      errors.advance(received, each.receiveErrors);
      errors.advance(sent, each.transmitErrors);
    }
    bytes.endMissing();
    errors.endMissing();
  };
}
