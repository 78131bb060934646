import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cpuTimesOf, diskIoOf, memoryOf, mountsOf, networkOf, procSource } from '../../src/host/proc-source.js';

/** A machine as its files tell it. */
async function machine(files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-proc-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const write = async (more: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, text] of Object.entries(more)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  };
  await write({
    'proc/meminfo': meminfo,
    'proc/stat': 'cpu  1 1 1 1\ncpu0 100 0 50 800 50 0 0 0 40 0\nintr 5\n',
    ...files,
  });
  return { source: procSource({ proc: join(folder, 'proc'), cgroup: join(folder, 'cgroup') }), write };
}

const kB = 1024;
const meminfo = 'MemTotal:       1000 kB\nMemFree:         200 kB\nMemAvailable:    600 kB\nBuffers: 1 kB\n';

test('CPU time is read by core; waiting for a disk is idle, guests are part of user time', () => {
  expect(cpuTimesOf('cpu  1 2 3\ncpu0 100 10 50 800 40 5 5 2 100 0\ncpu12 1 0 0 9\nctxt 5\n')).toEqual([
    {
      core: 'cpu0',
      busy: 172,
      total: 1012,
      modes: { user: 1, nice: 0.1, system: 0.5, idle: 8, iowait: 0.4, interrupt: 0.05, softirq: 0.05, steal: 0.02 },
    },
    { core: 'cpu12', busy: 1, total: 10, modes: expect.objectContaining({ user: 0.01, idle: 0.09 }) },
  ]);
});

test('memory is read in bytes, also from a kernel that does not estimate what is available', () => {
  expect(memoryOf(meminfo)).toEqual({ total: 1000 * kB, free: 200 * kB, available: 600 * kB, buffers: kB, cached: 0 });
  expect(memoryOf('MemTotal: 10 kB\nMemFree: 4 kB\n')).toEqual({
    total: 10 * kB,
    free: 4 * kB,
    available: 4 * kB,
    buffers: 0,
    cached: 0,
  });
  expect(() => memoryOf('nothing')).toThrow('neither MemTotal nor MemFree');
});

test('file systems on devices are measured, each once, and the root of a container', () => {
  const mountinfo = [
    '22 27 0:21 / /proc rw - proc proc rw',
    '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
    '28 27 254:0 /data /bind rw - ext4 /dev/vda rw',
    '29 27 254:16 / /mnt/my\\040disk rw shared:1 - xfs /dev/vdb rw',
    '30 27 254:16 / /mnt/again rw - xfs /dev/vdb rw',
    '31 27 7:0 / /snap/core ro - squashfs /dev/loop0 ro',
    '32 27 0:40 / /dev/shm rw - tmpfs tmpfs rw',
    '',
  ].join('\n');
  expect(mountsOf(mountinfo)).toEqual(['/', '/mnt/my disk']);
  expect(
    mountsOf(
      '1 0 0:2 / / rw - rootfs rootfs rw\n2 1 0:30 / / rw - zfs rpool/ROOT rw\n3 2 0:31 / /tank rw - zfs tank rw\n',
    ),
  ).toEqual(['/']);
  expect(
    mountsOf('1 0 0:50 / / rw - overlay overlay rw\n2 1 8:1 /etc/hosts /etc/hosts rw - ext4 /dev/sda1 rw\n'),
  ).toEqual(['/']);
});

test('whole disks are counted, partitions and loops are not', () => {
  const diskstats = [
    '   8       0 sda 10 0 100 5 20 0 200 9 0 0 0',
    '   8       1 sda1 10 0 90 5 20 0 190 9 0 0 0',
    ' 259       0 nvme0n1 1 0 8 5 2 0 16 9 0 0 0 0 0 0 0 0 0',
    ' 259       1 nvme0n1p1 1 0 8 5 2 0 16 9 0 0 0',
    ' 253       0 dm-0 1 0 2 5 2 0 4 9 0 0 0',
    '   7       0 loop0 1 0 2 5 2 0 4 9 0 0 0',
    '',
  ].join('\n');
  expect(diskIoOf(diskstats)).toEqual([
    { device: 'sda', readBytes: 51_200, writtenBytes: 102_400 },
    { device: 'nvme0n1', readBytes: 4096, writtenBytes: 8192 },
    { device: 'dm-0', readBytes: 1024, writtenBytes: 2048 },
  ]);
});

test('interfaces are read with bytes and errors, however close the colon stands', () => {
  const dev =
    'Inter-|   Receive                            |  Transmit\n face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compressed\n' +
    '  eth0: 1000 10 1 0 0 0 0 0 2000 20 2 0 0 0 0 0\neth0:1:3 0 0 0 0 0 0 0 4 0 0 0 0 0 0 0\n';
  expect(networkOf(dev)).toEqual([
    { interface: 'eth0', receivedBytes: 1000, receiveErrors: 1, transmittedBytes: 2000, transmitErrors: 2 },
    { interface: 'eth0:1', receivedBytes: 3, receiveErrors: 0, transmittedBytes: 4, transmitErrors: 0 },
  ]);
});

describe('In a container with limits', () => {
  const limited = {
    'proc/self/cgroup': '0::/pod/app\n',
    'cgroup/pod/memory.max': '409600\n',
    'cgroup/pod/memory.current': '204800\n',
    'cgroup/pod/memory.stat': 'anon 1\ninactive_file 102400\n',
    'cgroup/pod/app/memory.max': 'max\n',
    'cgroup/pod/app/cpu.max': '50000 100000\n',
    'cgroup/pod/app/cpu.stat': 'usage_usec 2500000\nuser_usec 1\n',
  };

  test('the tightest limit above the process holds, and caches that can be given up do not count as used', async () => {
    const { source } = await machine(limited);
    expect(await source.memory()).toEqual({ total: 409_600, available: 307_200, free: 200 * kB });
    expect(await source.cpuCount()).toBe(0.5);
  });

  test('there is a core "cgroup", busy by what the container used of its share', async () => {
    const { source } = await machine(limited);
    const times = await source.cpuTimes();
    expect(times.map(({ core }) => core)).toEqual(['cpu0', 'cgroup']);
    expect(times[1]).toMatchObject({ busy: 2_500_000 });
  });

  test('a container that sees itself as the root is understood, too', async () => {
    const { source } = await machine({
      'proc/self/cgroup': '0::/\n',
      'cgroup/memory.max': '409600',
      'cgroup/memory.current': '409600',
    });
    expect(await source.memory()).toEqual({ total: 409_600, available: 0, free: 0 });
  });

  test('a group may have two dots in its name', async () => {
    const { source } = await machine({
      'proc/self/cgroup': '0::/a..b/app\n',
      'cgroup/a..b/memory.max': '409600',
      'cgroup/a..b/memory.current': '409600',
    });
    expect(await source.memory()).toMatchObject({ total: 409_600 });
  });

  test('a limit above what the machine has is none', async () => {
    const { source } = await machine({ ...limited, 'cgroup/pod/memory.max': '99999999999' });
    expect(await source.memory()).toMatchObject({ total: 1000 * kB });
  });
});

describe('In a container with limits of version 1', () => {
  const limited = {
    'proc/self/cgroup': '7:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abc\n0::/docker/abc\n',
    'cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    'cgroup/memory/docker/abc/memory.limit_in_bytes': '409600\n',
    'cgroup/memory/docker/abc/memory.usage_in_bytes': '204800\n',
    'cgroup/memory/docker/abc/memory.stat': 'inactive_file 5\ntotal_inactive_file 102400\n',
    'cgroup/cpu/cpu.cfs_quota_us': '-1\n',
    'cgroup/cpu/cpu.cfs_period_us': '100000\n',
    'cgroup/cpu/docker/abc/cpu.cfs_quota_us': '50000\n',
    'cgroup/cpu/docker/abc/cpu.cfs_period_us': '100000\n',
    'cgroup/cpuacct/docker/abc/cpuacct.usage': '2500000000\n',
  };

  test('memory and processors are those of the group', async () => {
    const { source } = await machine(limited);
    expect(await source.memory()).toEqual({ total: 409_600, available: 307_200, free: 200 * kB });
    expect(await source.cpuCount()).toBe(0.5);
    expect((await source.cpuTimes())[1]).toMatchObject({ core: 'cgroup', busy: 2_500_000 });
  });

  test('a container to which its own group is mounted as the root is understood, too', async () => {
    const { source } = await machine({
      'proc/self/cgroup': limited['proc/self/cgroup'],
      'cgroup/memory/memory.limit_in_bytes': '409600',
      'cgroup/memory/memory.usage_in_bytes': '409600',
    });
    expect(await source.memory()).toEqual({ total: 409_600, available: 0, free: 0 });
  });

  test('the greatest number there is means no limit', async () => {
    const { source } = await machine({
      ...limited,
      'cgroup/memory/docker/abc/memory.limit_in_bytes': '9223372036854771712',
    });
    expect(await source.memory()).toMatchObject({ total: 1000 * kB });
  });
});

test('without limits the machine is reported', async () => {
  const { source } = await machine({ 'proc/self/cgroup': '4:memory:/x\n' });
  expect(await source.memory()).toMatchObject({ total: 1000 * kB });
  expect((await source.cpuTimes()).map(({ core }) => core)).toEqual(['cpu0']);
});
