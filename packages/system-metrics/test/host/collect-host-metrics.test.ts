import { readFile, statfs } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { pointsOf } from '@sightline/core/backend';
import { createTestMetrics } from '@sightline/testing';
import { describe, expect, test } from 'vitest';
import {
  collectHostMetrics,
  type HostMetricsOptions,
  type HostSource,
  systeminformationSource,
} from '../../src/host/index.js';

function fakeHost(overrides: Partial<HostSource> = {}) {
  const state = { busy: 0, total: 0, received: 1000, read: 500 };
  const source: HostSource = {
    cpuCount: async () => 2,
    cpuTimes: async () => [
      { core: 'cpu0', busy: state.busy, total: state.total },
      { core: 'cpu1', busy: 0, total: state.total },
    ],
    memory: async () => ({ total: 1000, available: 600, free: 200 }),
    disks: async () => [{ path: '/', total: 100, used: 50, free: 50, available: 30 }],
    diskIo: async () => [{ device: 'sda', readBytes: state.read, writtenBytes: 7 }],
    network: async () =>
      ['eth0', 'lo', 'veth12', 'cali1a', 'lxc2b', 'br-3c', 'docker0'].map((name) => ({
        interface: name,
        receivedBytes: state.received,
        transmittedBytes: 20,
        receiveErrors: 1,
        transmitErrors: 2,
      })),
    ...overrides,
  };
  return { source, state };
}

function setting(options: HostMetricsOptions = {}, overrides: Partial<HostSource> = {}) {
  const lines: string[] = [];
  const log = { info() {}, warn: (_fields: object, line: string) => void lines.push(line), error() {} };
  const metrics = createTestMetrics({ log });
  const host = fakeHost(overrides);
  const collecting = collectHostMetrics(metrics, { source: host.source, log, intervalMs: 1, ...options });
  const read = async (): Promise<void> => {
    await metrics.clock.advanceAsync(2000);
    await metrics.collect();
  };
  return { metrics, lines, read, state: host.state, collecting };
}

test('exports the names of the requirements', async () => {
  const { metrics, read, state } = setting();
  await metrics.collect();
  Object.assign(state, { busy: 30, total: 100 });
  await read();
  expect(metrics.value('system_cpu_usage_percent', { core: 'cpu0' })).toBe(30);
  expect(metrics.value('system_cpu_usage_percent', { core: 'cpu1' })).toBe(0);
  expect(metrics.value('system_cpu_count')).toBe(2);
  for (const [type, value] of Object.entries({ total: 1000, available: 600, used: 400, free: 200 })) {
    expect(metrics.value('system_memory_usage_bytes', { type })).toBe(value);
  }
  expect(metrics.value('system_memory_usage_percent')).toBe(40);
  expect(metrics.value('system_disk_usage_bytes', { path: '/', type: 'used' })).toBe(50);
  expect(metrics.value('system_disk_usage_percent', { path: '/' })).toBe(62.5);
  expect(metrics.value('system_disk_io_bytes_total', { device: 'sda', direction: 'read' })).toBe(500);
  expect(metrics.value('system_network_bytes_total', { interface: 'eth0', direction: 'received' })).toBe(1000);
  expect(metrics.value('system_network_errors_total', { interface: 'eth0', direction: 'sent' })).toBe(2);
  expect(metrics.series('system_network_bytes_total')).toHaveLength(2);
});

test('counters follow the kernel, also when it restarts', async () => {
  const { metrics, read, state } = setting();
  await metrics.collect();
  state.received = 1500;
  await read();
  expect(metrics.value('system_network_bytes_total', { interface: 'eth0', direction: 'received' })).toBe(1500);
  state.received = 10;
  await read();
  expect(metrics.value('system_network_bytes_total', { interface: 'eth0', direction: 'received' })).toBe(1510);
});

test('counted from the start, the first reading is 0', async () => {
  const { metrics, read, state } = setting({ countFrom: 'start' });
  await metrics.collect();
  expect(metrics.value('system_disk_io_bytes_total', { device: 'sda', direction: 'read' })).toBe(0);
  state.read = 700;
  await read();
  expect(metrics.value('system_disk_io_bytes_total', { device: 'sda', direction: 'read' })).toBe(200);
});

test('a disk that is gone ends its series, a core that was taken offline too', async () => {
  let disks = [{ path: '/mnt', total: 1, used: 1, free: 0, available: 0 }];
  let cores = [{ core: 'cpu9', busy: 0, total: 0 }];
  const { metrics, read } = setting({}, { disks: async () => disks, cpuTimes: async () => cores });
  await metrics.collect();
  cores = [{ core: 'cpu9', busy: 1, total: 2 }];
  await read();
  expect(metrics.value('system_cpu_usage_percent', { core: 'cpu9' })).toBe(50);
  [disks, cores] = [[], []];
  await read();
  expect(metrics.series('system_disk_usage_bytes')).toEqual([]);
  expect(metrics.series('system_cpu_usage_percent')).toEqual([]);
});

test('a device that is gone leaves, its last numbers announced, and one that comes back goes on', async () => {
  let io = [
    { device: 'sda', readBytes: 100, writtenBytes: 1 },
    { device: 'nvme0n1', readBytes: 50, writtenBytes: 2 },
  ];
  const { metrics, read } = setting({}, { diskIo: async () => io });
  const ended: unknown[] = [];
  metrics.onSeriesEnded((family) =>
    ended.push(
      ...[...pointsOf(family)].map((point) => [point.labels['device'], 'value' in point ? point.value : undefined]),
    ),
  );
  await metrics.collect();
  const all = io;
  io = all.slice(0, 1);
  await read();
  expect(metrics.series('system_disk_io_bytes_total').map(({ labels }) => labels['device'])).toEqual(['sda', 'sda']);
  expect(ended).toEqual([
    ['nvme0n1', 50],
    ['nvme0n1', 2],
  ]);
  io = [...io, { device: 'nvme0n1', readBytes: 60, writtenBytes: 2 }];
  await read();
  expect(metrics.value('system_disk_io_bytes_total', { device: 'nvme0n1', direction: 'read' })).toBe(10);
});

test('many devices that come and go keep no new one out', { timeout: 60_000 }, async () => {
  let name = '';
  const { metrics, read } = setting({}, { diskIo: async () => [{ device: name, readBytes: 1, writtenBytes: 1 }] });
  for (let i = 0; i < 3000; i++) {
    name = `d${i}`;
    await read();
  }
  expect(metrics.series('system_disk_io_bytes_total').map(({ labels }) => labels['device'])).toEqual([
    'd2999',
    'd2999',
  ]);
});

test.each<[object, string]>([
  [{ cpu: { interval: 5 } }, 'cpu.intervalMs is undefined: give milliseconds from 1 to 2147483647.'],
  [{ cpu: { intervalMs: 5, interval: 5 } }, 'cpu has an unknown option "interval". Did you mean "intervalMs"?'],
  [{ disk: 'no' }, 'disk is "no": give true, false or { intervalMs }.'],
  [{ disks: false }, 'collectHostMetrics has an unknown option "disks". Did you mean "disk"?'],
  [{ isDiskMeasured: ['/'] }, 'isDiskMeasured is ["/"]: give a function.'],
])('%j is refused', (options, message) => {
  expect(() => collectHostMetrics(createTestMetrics(), options)).toThrow(`[system-metrics] ${message}`);
});

describe('Names of conventions', () => {
  const modes = { user: 3, system: 2, idle: 5, iowait: 1, interrupt: 0 };
  const host = {
    cpuTimes: async () => [{ core: 'cpu0', busy: 5, total: 11, modes }],
    memory: async () => ({ total: 1000, available: 600, free: 200, buffers: 50, cached: 350 }),
  };

  test('of the hostmetrics receiver: every sum adds up', async () => {
    const { metrics } = setting({ systemNames: 'hostmetrics' }, host);
    await metrics.collect();
    const value = (name: string, labels: Record<string, string>) => metrics.value(name, labels);
    for (const [state, bytes] of Object.entries({ used: 400, free: 200, cached: 350, buffered: 50 })) {
      expect(value('system.memory.usage', { state })).toBe(bytes);
    }
    const sum = metrics.value('system.memory.usage') ?? 0;
    expect(sum).toBe(metrics.value('system.memory.limit'));
    expect((value('system.memory.usage', { state: 'used' }) ?? 0) / sum).toBeLessThan(1);
    expect(metrics.value('system.filesystem.usage')).toBe(100);
    expect(value('system.filesystem.usage', { mountpoint: '/', state: 'reserved' })).toBe(20);
    expect(value('system.cpu.time', { cpu: 'cpu0', state: 'wait' })).toBe(1);
    expect(metrics.value('system.cpu.time')).toBe(11);
    expect(value('system.network.io', { device: 'eth0', direction: 'receive' })).toBe(1000);
    expect(value('system.network.errors', { device: 'eth0', direction: 'transmit' })).toBe(2);
    expect(value('system.disk.io', { device: 'sda', direction: 'read' })).toBe(500);
  });

  test('of the semantic conventions', async () => {
    const { metrics } = setting({ systemNames: 'semconv' }, host);
    await metrics.collect();
    expect(metrics.value('system.cpu.time', { 'cpu.logical_number': '0', 'cpu.mode': 'iowait' })).toBe(1);
    expect(metrics.value('system.memory.usage', { 'system.memory.state': 'buffers' })).toBe(50);
    expect(
      metrics.value('system.network.io', { 'network.interface.name': 'eth0', 'network.io.direction': 'transmit' }),
    ).toBe(20);
    expect(metrics.value('system.disk.io', { 'system.device': 'sda', 'disk.io.direction': 'write' })).toBe(7);
    expect(
      metrics.value('system.filesystem.usage', {
        'system.filesystem.mountpoint': '/',
        'system.filesystem.state': 'free',
      }),
    ).toBe(30);
  });

  test('that are none are refused', () => {
    expect(() => collectHostMetrics(createTestMetrics(), { systemNames: 'otel' as never })).toThrow(
      "systemNames is \"otel\": give 'documents', 'semconv' or 'hostmetrics'.",
    );
  });
});

describe('A group that cannot be read', () => {
  test('is reported once and counted, and the others go on', async () => {
    const { metrics, lines, read } = setting({}, { diskIo: () => Promise.reject(new Error('no diskstats')) });
    await metrics.collect();
    await read();
    expect(lines.filter((line) => line.includes('no diskstats') && line.includes('diskIo: false'))).toHaveLength(1);
    expect(metrics.value('sightline_collect_failures_total', { source: 'host diskIo' })).toBe(2);
    expect(metrics.value('system_memory_usage_percent')).toBe(40);
  });

  test('may be turned off', async () => {
    const { metrics } = setting({ diskIo: false, cpu: false });
    await metrics.collect();
    const names = metrics.snapshot().families.map(({ name }) => name);
    expect(names).not.toContain('system_cpu_count');
    expect(names).toContain('system_memory_usage_percent');
  });
});

test('each group has an interval of its own', async () => {
  let [memoryReads, diskReads] = [0, 0];
  const { read } = setting(
    { memory: { intervalMs: 1 }, disk: { intervalMs: 60_000 } },
    {
      memory: async () => ({ total: ++memoryReads, available: 0, free: 0 }),
      disks: async () => {
        diskReads++;
        return [];
      },
    },
  );
  for (let i = 0; i < 5; i++) await read();
  expect([memoryReads, diskReads]).toEqual([5, 1]);
});

test('after stop nothing is read', async () => {
  let reads = 0;
  const { read, collecting } = setting({}, { memory: async () => ({ total: ++reads, available: 0, free: 0 }) });
  await read();
  collecting.shutdown();
  await read();
  expect(reads).toBe(1);
});

describe.skipIf(process.platform !== 'linux')('The real machine', () => {
  test('agrees with /proc and df', async () => {
    const metrics = createTestMetrics();
    collectHostMetrics(metrics, { intervalMs: 1 });
    await metrics.collect();
    const meminfo = await readFile('/proc/meminfo', 'utf8');
    const total = Number(/MemTotal:\s+(\d+)/.exec(meminfo)?.[1]) * 1024;
    expect(metrics.value('system_memory_usage_bytes', { type: 'total' })).toBeLessThanOrEqual(total);
    const { blocks, bsize } = await statfs('/');
    expect(metrics.value('system_disk_usage_bytes', { path: '/', type: 'total' })).toBe(blocks * bsize);
    const until = performance.now() + 300;
    while (performance.now() < until); // one core is busy
    await metrics.clock.advanceAsync(2000);
    await metrics.collect();
    const cores = metrics.series('system_cpu_usage_percent').filter(({ labels }) => labels['core'] !== 'cgroup');
    expect(cores.length).toBe(cpus().length);
    const all = cores.reduce((sum, { value }) => sum + (value ?? 0), 0);
    expect(all).toBeGreaterThan(30);
    const line = (await readFile('/proc/net/dev', 'utf8')).split('\n').find((each) => /^\s*(?!lo|veth)\w+:/.test(each));
    const name = line?.split(':')[0]?.trim() ?? '';
    const received = Number(line?.split(':')[1]?.trim().split(/\s+/)[0]);
    const ours = metrics.value('system_network_bytes_total', { interface: name, direction: 'received' }) ?? 0;
    expect(ours).toBeLessThanOrEqual(received);
    expect(ours).toBeGreaterThan(received * 0.9 - 1e6);
  });

  test('looks alike through systeminformation, which other systems use', async () => {
    const source = systeminformationSource();
    expect((await source.memory()).total).toBeCloseTo(totalmem(), -7);
    expect((await source.cpuTimes()).length).toBe(cpus().length);
    expect((await source.disks()).map(({ path }) => path)).toContain('/');
    expect((await source.network()).length).toBeGreaterThan(0);
    expect((await source.diskIo()).map(({ device }) => device)).toEqual(['all']);
    expect(await source.cpuCount()).toBeGreaterThan(0);
  });
});
