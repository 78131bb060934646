import type { MetricsCollector } from '@sightline/core';
import type { GroupSetting, HostGroups } from './host-groups.js';
import type { CpuModes } from './host-source.js';
import { kernelCounter } from './kernel-counter.js';

/** The names in which the two conventions differ: labels and states. */
interface Spelling {
  readonly core: string;
  readonly coreValue: (core: string) => string;
  readonly cpuMode: string;
  readonly waiting: string;
  readonly memoryState: string;
  readonly buffers: string;
  readonly device: string;
  readonly diskDirection: string;
  readonly mountpoint: string;
  readonly diskState: string;
  readonly interface: string;
  readonly networkDirection: string;
}

const spellings: Readonly<Record<'semconv' | 'hostmetrics', Spelling>> = {
  // OpenTelemetry's semantic conventions, "System metrics", 1.45.
  semconv: {
    core: 'cpu.logical_number',
    coreValue: (core) => core.replace(/^cpu/, ''),
    cpuMode: 'cpu.mode',
    waiting: 'iowait',
    memoryState: 'system.memory.state',
    buffers: 'buffers',
    device: 'system.device',
    diskDirection: 'disk.io.direction',
    mountpoint: 'system.filesystem.mountpoint',
    diskState: 'system.filesystem.state',
    interface: 'network.interface.name',
    networkDirection: 'network.io.direction',
  },
  // The Collector's hostmetrics receiver, used by public dashboards.
  hostmetrics: {
    core: 'cpu',
    coreValue: (core) => core,
    cpuMode: 'state',
    waiting: 'wait',
    memoryState: 'state',
    buffers: 'buffered',
    device: 'device',
    diskDirection: 'direction',
    mountpoint: 'mountpoint',
    diskState: 'state',
    interface: 'device',
    networkDirection: 'direction',
  },
};

/** Metrics whose series add up: the states of memory or a file system to its size, the modes of a core to its time. */
export function conventionalMetrics(convention: 'semconv' | 'hostmetrics'): HostGroups {
  const spelling = spellings[convention];
  return {
    cpu: (metrics, setting) => cpu(metrics, setting, spelling),
    memory: (metrics, setting) => memory(metrics, setting, spelling),
    disk: (metrics, setting) => disk(metrics, setting, spelling),
    diskIo: (metrics, setting) => diskIo(metrics, setting, spelling),
    network: (metrics, setting) => network(metrics, setting, spelling),
  };
}

function cpu(metrics: MetricsCollector, { source, countFrom }: GroupSetting, spelling: Spelling): () => Promise<void> {
  const time = kernelCounter(metrics, 'system.cpu.time', {
    help: 'Time that a core spent in each mode.',
    unit: 'seconds',
    labelNames: [spelling.core, spelling.cpuMode],
    countFrom,
  });
  return async () => {
    for (const { core, modes } of await source.cpuTimes()) {
      // The share of a container is not a core and has no modes.
      for (const [mode, seconds] of Object.entries(modes ?? {}) as Array<[keyof CpuModes, number]>) {
        const value = mode === 'iowait' ? spelling.waiting : mode;
        time.advance({ [spelling.core]: spelling.coreValue(core), [spelling.cpuMode]: value }, seconds);
      }
    }
    time.endMissing();
  };
}

function memory(metrics: MetricsCollector, { source }: GroupSetting, spelling: Spelling): () => Promise<void> {
  const labelNames = [spelling.memoryState];
  const usage = metrics.gauge('system.memory.usage', {
    help: 'Memory by state. The sum of all states is the total.',
    unit: 'bytes',
    isAdditive: true,
    labelNames,
  });
  const utilization = metrics.gauge('system.memory.utilization', {
    help: 'Share of the memory by state, from 0 to 1.',
    unit: 'ratio',
    labelNames,
  });
  const limit = metrics.gauge('system.memory.limit', {
    help: 'Memory of the machine, or of the container if it is limited.',
    unit: 'bytes',
    isAdditive: true,
  });
  return async () => {
    const { total, free, buffers = 0, cached = 0 } = await source.memory();
    const states = { used: Math.max(0, total - free - buffers - cached), free, cached, [spelling.buffers]: buffers };
    for (const [state, value] of Object.entries(states)) {
      usage.set({ [spelling.memoryState]: state }, value);
      utilization.set({ [spelling.memoryState]: state }, total > 0 ? value / total : 0);
    }
    limit.set(total);
  };
}

function disk(
  metrics: MetricsCollector,
  { source, isDiskMeasured }: GroupSetting,
  spelling: Spelling,
): () => Promise<void> {
  const usage = metrics.gauge('system.filesystem.usage', {
    help: 'Space of a file system by state. The sum of all states is the total.',
    unit: 'bytes',
    isAdditive: true,
    labelNames: [spelling.mountpoint, spelling.diskState],
  });
  const utilization = metrics.gauge('system.filesystem.utilization', {
    help: 'Used share of the space for users other than root, from 0 to 1.',
    unit: 'ratio',
    labelNames: [spelling.mountpoint],
  });
  let known = new Set<string>();
  return async () => {
    const disks = (await source.disks()).filter(({ path }) => isDiskMeasured(path));
    for (const { path, total, used, available } of disks) {
      // Space reserved for root is neither used nor free for others.
      const states = { used, free: available, reserved: Math.max(0, total - used - available) };
      for (const [state, value] of Object.entries(states)) {
        usage.set({ [spelling.mountpoint]: path, [spelling.diskState]: state }, value);
      }
      const usable = used + available;
      utilization.set({ [spelling.mountpoint]: path }, usable > 0 ? used / usable : 0);
    }
    const now = new Set(disks.map(({ path }) => path));
    for (const path of known) {
      if (now.has(path)) continue;
      for (const state of ['used', 'free', 'reserved']) {
        usage.remove({ [spelling.mountpoint]: path, [spelling.diskState]: state });
      }
      utilization.remove({ [spelling.mountpoint]: path });
    }
    known = now;
  };
}

function diskIo(
  metrics: MetricsCollector,
  { source, countFrom }: GroupSetting,
  spelling: Spelling,
): () => Promise<void> {
  const bytes = kernelCounter(metrics, 'system.disk.io', {
    help: 'Bytes read from and written to a device.',
    unit: 'bytes',
    labelNames: [spelling.device, spelling.diskDirection],
    countFrom,
  });
  return async () => {
    for (const { device, readBytes, writtenBytes } of await source.diskIo()) {
      bytes.advance({ [spelling.device]: device, [spelling.diskDirection]: 'read' }, readBytes);
      bytes.advance({ [spelling.device]: device, [spelling.diskDirection]: 'write' }, writtenBytes);
    }
    bytes.endMissing();
  };
}

function network(
  metrics: MetricsCollector,
  { source, isInterfaceMeasured, countFrom }: GroupSetting,
  spelling: Spelling,
): () => Promise<void> {
  const labelNames = [spelling.interface, spelling.networkDirection];
  const bytes = kernelCounter(metrics, 'system.network.io', {
    help: 'Bytes received and transmitted by an interface.',
    unit: 'bytes',
    labelNames,
    countFrom,
  });
  const errors = kernelCounter(metrics, 'system.network.errors', {
    help: 'Packets that an interface could not receive or transmit.',
    labelNames,
    countFrom,
  });
  return async () => {
    for (const each of await source.network()) {
      if (!isInterfaceMeasured(each.interface)) continue;
      const labels = (direction: string): Record<string, string> => ({
        [spelling.interface]: each.interface,
        [spelling.networkDirection]: direction,
      });
      bytes.advance(labels('receive'), each.receivedBytes);
      bytes.advance(labels('transmit'), each.transmittedBytes);
      errors.advance(labels('receive'), each.receiveErrors);
      errors.advance(labels('transmit'), each.transmitErrors);
    }
    bytes.endMissing();
    errors.endMissing();
  };
}
