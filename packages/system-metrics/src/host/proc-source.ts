import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cgroupLimits } from './cgroup.js';
import type { CpuModes, CpuTime, Disk, DiskIo, HostSource, Memory, NetworkIo } from './host-source.js';

export interface ProcFolders {
  readonly proc: string;
  readonly cgroup: string;
}

/** Linux: `/proc` (proc(5)), and the limits of the container's cgroup, of version 1 or 2. */
export function procSource(folders: ProcFolders = { proc: '/proc', cgroup: '/sys/fs/cgroup' }): HostSource {
  const read = (name: string): Promise<string> => readFile(join(folders.proc, name), 'utf8');
  const limits = () => cgroupLimits(folders);
  return {
    async cpuCount() {
      const { cpus } = await limits();
      return Math.min(availableParallelism(), cpus ?? Number.POSITIVE_INFINITY);
    },

    async cpuTimes() {
      const cores = cpuTimesOf(await read('stat'));
      const { cpus, cpuUsedMicroseconds } = await limits();
      if (cpus === undefined || cpuUsedMicroseconds === undefined) return cores;
      const total = performance.now() * 1000 * cpus;
      return [...cores, { core: 'cgroup', busy: cpuUsedMicroseconds, total }];
    },

    async memory() {
      const host = memoryOf(await read('meminfo'));
      const { memoryBytes, memoryUsedBytes } = await limits();
      if (memoryBytes === undefined || memoryUsedBytes === undefined || memoryBytes >= host.total) return host;
      const left = Math.max(0, memoryBytes - memoryUsedBytes);
      return { total: memoryBytes, available: Math.min(left, host.available), free: Math.min(left, host.free) };
    },

    async disks() {
      const paths = mountsOf(await read('self/mountinfo'));
      const disks = await Promise.all(paths.map(diskAt));
      return disks.flatMap((disk) => disk ?? []);
    },

    diskIo: async () => diskIoOf(await read('diskstats')),
    network: async () => networkOf(await read('net/dev')),
  };
}

/** `cpu0 user nice system idle iowait irq softirq steal guest guest_nice`, in ticks. */
export function cpuTimesOf(stat: string): CpuTime[] {
  return stat.split('\n').flatMap((line) => {
    const [name = '', ...fields] = line.trim().split(/\s+/);
    if (!/^cpu\d+$/.test(name)) return [];
    // Guest time is part of user time already.
    const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields.map(Number);
    const busy = user + nice + system + irq + softirq + steal;
    const ticks = { user, nice, system, idle, iowait, interrupt: irq, softirq, steal };
    const modes = Object.fromEntries(
      Object.entries(ticks).map(([mode, value]) => [mode, value / TICKS_PER_SECOND]),
    ) as unknown as CpuModes;
    return [{ core: name, busy, total: busy + idle + iowait, modes }];
  });
}

// USER_HZ, which is 100 on every architecture that Node.js runs on (proc(5)).
const TICKS_PER_SECOND = 100;

export function memoryOf(meminfo: string): Memory {
  const field = (name: string): number | undefined => {
    const text = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo)?.[1];
    return text === undefined ? undefined : Number(text) * 1024;
  };
  const total = field('MemTotal');
  const free = field('MemFree');
  if (total === undefined || free === undefined) throw new Error('meminfo has neither MemTotal nor MemFree');
  return {
    total,
    free,
    available: field('MemAvailable') ?? free,
    buffers: field('Buffers') ?? 0,
    // As free(1) has it.
    cached: (field('Cached') ?? 0) + (field('SReclaimable') ?? 0),
  };
}

/**
 * The mounts of file systems on devices, each device once, and the root on any file system (a container's overlay, ZFS, virtio-fs).
 */
export function mountsOf(mountinfo: string): string[] {
  const byDevice = new Map<string, string>();
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , device = '', root = '', path = ''] = before.split(' ');
    const [kind = '', source = ''] = after.split(' ');
    const isDevice = source.startsWith('/dev/') && !/^(squashfs|iso9660|erofs)$/.test(kind);
    // A bind mount of the same device has the same numbers.
    if (!(isDevice && root === '/') && path !== '/') continue;
    if (!byDevice.has(device)) byDevice.set(device, unescaped(path));
  }
  // A later mount at the same path hides the earlier one.
  return [...new Set(byDevice.values())];
}

/** Decodes octal escapes of spaces and similar characters. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

export async function diskAt(path: string): Promise<Disk | undefined> {
  try {
    const { bsize, blocks, bfree, bavail } = await statfs(path);
    if (blocks === 0) return undefined;
    const [total, free, available] = [blocks * bsize, bfree * bsize, bavail * bsize];
    return { path, total, free, available, used: total - free };
  } catch {
    return undefined; // a mount that cannot be read is left out
  }
}

/** Sectors are always 512 bytes here. */
export function diskIoOf(diskstats: string): DiskIo[] {
  const lines = diskstats.split('\n').map((line) => line.trim().split(/\s+/));
  const names = lines.map(([, , name = '']) => name);
  return lines.flatMap(([, , device = '', , , read = '', , , , written = '']) => {
    if (device === '' || /^(loop|ram|zram|sr|fd)\d/.test(device) || isPartition(device, names)) return [];
    const [readBytes, writtenBytes] = [Number(read) * 512, Number(written) * 512];
    return Number.isFinite(readBytes + writtenBytes) ? [{ device, readBytes, writtenBytes }] : [];
  });
}

/** `sda1` of `sda`, `nvme0n1p2` of `nvme0n1`. */
function isPartition(device: string, all: readonly string[]): boolean {
  const disk = /^(.*\d)p\d+$/.exec(device)?.[1] ?? /^(.*\D)\d+$/.exec(device)?.[1];
  return disk !== undefined && all.includes(disk);
}

export function networkOf(dev: string): NetworkIo[] {
  return dev.split('\n').flatMap((line) => {
    const at = line.lastIndexOf(':');
    if (at < 0) return [];
    const fields = line
      .slice(at + 1)
      .trim()
      .split(/\s+/)
      .map(Number);
    const [receivedBytes = 0, , receiveErrors = 0, , , , , , transmittedBytes = 0, , transmitErrors = 0] = fields;
    if (fields.length < 11 || fields.some(Number.isNaN)) return [];
    return [{ interface: line.slice(0, at).trim(), receivedBytes, transmittedBytes, receiveErrors, transmitErrors }];
  });
}
