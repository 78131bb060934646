import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertFamily, pageAt, sampleValue } from '../exposition.mjs';
import { startService } from '../service-process.mjs';

/** A machine of two cores, one disk with a mount that cannot be read, one interface. */
const machine = {
  stat: 'cpu0 200 0 50 250 0 0 0 0 0 0\ncpu1 100 0 50 350 0 0 0 0 0 0\n',
  meminfo:
    'MemTotal: 1000 kB\nMemFree: 200 kB\nMemAvailable: 600 kB\nBuffers: 50 kB\nCached: 300 kB\nSReclaimable: 10 kB\n',
  diskstats: '   8       0 sda 10 0 100 5 20 0 200 5 0 5 10 0 0 0 0\n',
  'self/mountinfo': '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /no/such/mount rw - ext4 /dev/sda2 rw\n',
  'net/dev':
    'Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n  eth0: 1000 10 1 0 0 0 0 0 2000 20 2 0 0 0 0 0\n',
};

/** 100 ticks later: the first core was busy for 30 of them, the second for none. */
const statLater = 'cpu0 220 0 60 320 0 0 0 0 0 0\ncpu1 100 0 50 450 0 0 0 0 0 0\n';

/** @type {ReadonlyArray<readonly [string, string, readonly string[]]>} */
const names = [
  ['system_cpu_usage_percent', 'gauge', ['core']],
  ['system_cpu_count', 'gauge', []],
  ['system_memory_usage_bytes', 'gauge', ['type']],
  ['system_memory_usage_percent', 'gauge', []],
  ['system_disk_usage_bytes', 'gauge', ['path', 'type']],
  ['system_disk_usage_percent', 'gauge', ['path']],
  ['system_disk_io_bytes_total', 'counter', ['device', 'direction']],
  ['system_network_bytes_total', 'counter', ['interface', 'direction']],
  ['system_network_errors_total', 'counter', ['interface', 'direction']],
];

/** @type {ReadonlyArray<readonly [string, readonly string[]]>} */
const gpuNames = [
  ['system_gpu_usage_percent', ['gpu_id']],
  ['system_gpu_memory_bytes', ['gpu_id', 'type']],
  ['system_gpu_temperature_celsius', ['gpu_id']],
];

/**
 * 1.3, the machine of a service: names, labels and values of the documents, the two other sets of names, GPUs if there are any.
 * @param {string} project
 * @param {import('../report.mjs').Report} report
 */
export async function hostMetrics(project, { item }) {
  const folder = join(project, 'proc');
  for (const [path, content] of Object.entries(machine)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const serving = { METRICS_BACKEND: 'prometheus', METRICS_PORT: '0', METRICS_HOST: '127.0.0.1', PROC_FOLDER: folder };
  const pageWith = async (/** @type {Record<string, string>} */ env) => {
    writeFileSync(join(folder, 'stat'), machine.stat);
    const service = startService(project, 'host.mjs', { ...serving, ...env });
    const { address, readingsAt, otherRunsAt } = await service.line((line) => line.address);
    writeFileSync(join(folder, 'stat'), statLater);
    const page = await pageAt(`http://127.0.0.1:${address.port}/metrics`);
    await service.stop();
    return { page, readingsAt, otherRunsAt, service };
  };
  const { page, readingsAt, otherRunsAt, service } = await pageWith({});
  const valuesOf = (/** @type {string} */ name, /** @type {string} */ label) =>
    [...new Set(page.get(name)?.samples.map(({ labels }) => labels[label]))].sort();

  for (const [name, type, labels] of names) {
    await item('1.3', `${type} ${name}{${labels.join(',')}}`, () => assertFamily(page, name, type, labels));
  }
  await item('1.3', 'the machine is read every 60 s by default', () => {
    assert.deepEqual(readingsAt, { 0: 1, 59: 1, 61: 2 });
  });
  await item('1.3', 'any number of collectors register, each with its own interval', () => {
    assert.deepEqual(otherRunsAt, { 0: 1, 59: 2, 61: 2 });
  });
  await item('1.3', 'core is cpu0, cpu1', () => {
    assert.deepEqual(valuesOf('system_cpu_usage_percent', 'core'), ['cpu0', 'cpu1']);
    assert.equal(sampleValue(page, 'system_cpu_usage_percent', { core: 'cpu0' }), 30);
    assert.equal(sampleValue(page, 'system_cpu_usage_percent', { core: 'cpu1' }), 0);
  });
  await item('1.3', 'type of memory is total, available, used, free', () => {
    assert.deepEqual(valuesOf('system_memory_usage_bytes', 'type'), ['available', 'free', 'total', 'used']);
    assert.equal(sampleValue(page, 'system_memory_usage_bytes', { type: 'used' }), 400 * 1024);
    assert.equal(sampleValue(page, 'system_memory_usage_percent'), 40);
  });
  await item('1.3', 'direction of the network is sent and received', () => {
    assert.deepEqual(valuesOf('system_network_bytes_total', 'direction'), ['received', 'sent']);
    assert.equal(sampleValue(page, 'system_network_bytes_total', { interface: 'eth0', direction: 'sent' }), 2000);
    assert.equal(sampleValue(page, 'system_network_errors_total', { interface: 'eth0', direction: 'received' }), 1);
  });
  await item('1.3', 'disk traffic is in bytes, by device', () => {
    assert.equal(sampleValue(page, 'system_disk_io_bytes_total', { device: 'sda', direction: 'read' }), 100 * 512);
  });
  await item('1.3', 'a mount that cannot be read is skipped', () => {
    assert.deepEqual(valuesOf('system_disk_usage_bytes', 'path'), ['/']);
  });
  await item('1.3', 'without a GPU there are no GPU metrics, and no error', () => {
    for (const [name] of gpuNames) assert.ok(!page.has(name), name);
    assert.ok(!service.lines.some(({ level }) => level > 30), service.output.join('\n'));
    assert.equal(service.errors(), '');
  });
  await item('1.3', 'with a GPU: usage, memory and temperature by gpu_id', async () => {
    const { page: withGpu } = await pageWith({ PATH: `${project}:${process.env['PATH']}` });
    for (const [name, labels] of gpuNames) assertFamily(withGpu, name, 'gauge', labels);
    assert.equal(sampleValue(withGpu, 'system_gpu_usage_percent', { gpu_id: '0' }), 37);
    assert.equal(sampleValue(withGpu, 'system_gpu_memory_bytes', { gpu_id: '0', type: 'used' }), 1024 * 2 ** 20);
    assert.equal(sampleValue(withGpu, 'system_gpu_temperature_celsius', { gpu_id: '0' }), 61);
  });
  await item('1.3', "systemNames 'semconv' has OpenTelemetry's names and directions", async () => {
    const { page: semconv } = await pageWith({ SYSTEM_NAMES: 'semconv' });
    assertFamily(semconv, 'system_network_io_bytes_total', 'counter', [
      'network_interface_name',
      'network_io_direction',
    ]);
    const directions = semconv
      .get('system_network_io_bytes_total')
      ?.samples.map(({ labels }) => labels['network_io_direction']);
    assert.deepEqual([...(directions ?? [])].sort(), ['receive', 'transmit']);
    assert.ok(semconv.has('system_cpu_time_seconds_total'));
    assert.ok(!semconv.has('system_network_bytes_total'));
  });
  await item('1.3', "systemNames 'hostmetrics' has the names of the Collector's receiver", async () => {
    const { page: receiver } = await pageWith({ SYSTEM_NAMES: 'hostmetrics' });
    assertFamily(receiver, 'system_network_io_bytes_total', 'counter', ['device', 'direction']);
    assertFamily(receiver, 'system_memory_usage_bytes', 'gauge', ['state']);
    assertFamily(receiver, 'system_filesystem_usage_bytes', 'gauge', ['mountpoint', 'state']);
  });
}
