import { readFile } from 'node:fs/promises';
import { dirname as folderOf, join } from 'node:path';

/** Limits of a container. Absent if there is no limit. */
export interface CgroupLimits {
  readonly memoryBytes?: number;
  /** Memory without reclaimable caches: what the kernel compares with the limit. */
  readonly memoryUsedBytes?: number;
  readonly cpus?: number;
  readonly cpuUsedMicroseconds?: number;
}

/**
 * Reads cgroups of both versions (kernel documentation, "Control Group v2" and "Control Groups version 1"): the
 * tightest limit from the process' own group up to the root.
 */
export async function cgroupLimits(folders: { readonly proc: string; readonly cgroup: string }): Promise<CgroupLimits> {
  const cgroups = (await text(join(folders.proc, 'self/cgroup'))) ?? '';
  const memory = await tightest(memoryControllers, cgroups, folders.cgroup);
  const cpu = await tightest(cpuControllers, cgroups, folders.cgroup);
  return {
    ...(memory === undefined ? {} : { memoryBytes: memory.limit, ...defined('memoryUsedBytes', memory.used) }),
    ...(cpu === undefined ? {} : { cpus: cpu.limit, ...defined('cpuUsedMicroseconds', cpu.used) }),
  };
}

/** One group. Version 1 has a folder per controller, version 2 one folder. */
type Group = (controller: string, file: string) => Promise<string | undefined>;

/** One controller of one version. */
interface Controller {
  /** The name in `/proc/self/cgroup`; empty for version 2. */
  readonly name: string;
  /** NaN if there is none. */
  limit(group: Group): Promise<number>;
  used(group: Group): Promise<number | undefined>;
}

const memoryControllers: readonly Controller[] = [
  {
    name: '',
    limit: async (group) => numberOf(await group('', 'memory.max')), // "max" is not a number
    used: async (group) =>
      memoryUse(await group('', 'memory.current'), await group('', 'memory.stat'), 'inactive_file'),
  },
  {
    name: 'memory',
    async limit(group) {
      const bytes = numberOf(await group('memory', 'memory.limit_in_bytes'));
      return bytes < UNLIMITED ? bytes : Number.NaN;
    },
    used: async (group) =>
      memoryUse(
        await group('memory', 'memory.usage_in_bytes'),
        await group('memory', 'memory.stat'),
        'total_inactive_file',
      ),
  },
];

/** Version 1 writes the largest multiple of the page size instead of "max". */
const UNLIMITED = 2 ** 62;

const cpuControllers: readonly Controller[] = [
  {
    name: '',
    async limit(group) {
      const [quota, period] = ((await group('', 'cpu.max')) ?? '').split(' ');
      return numberOf(quota) / numberOf(period);
    },
    used: async (group) => statOf(await group('', 'cpu.stat'), 'usage_usec'),
  },
  {
    name: 'cpu',
    // A quota of -1 means no limit.
    limit: async (group) =>
      numberOf(await group('cpu', 'cpu.cfs_quota_us')) / numberOf(await group('cpu', 'cpu.cfs_period_us')),
    async used(group) {
      const nanoseconds = numberOf(await group('cpuacct', 'cpuacct.usage'));
      return Number.isFinite(nanoseconds) ? nanoseconds / 1000 : undefined;
    },
  },
];

async function tightest(
  controllers: readonly Controller[],
  cgroups: string,
  folder: string,
): Promise<{ readonly limit: number; readonly used: number | undefined } | undefined> {
  let limit = Number.POSITIVE_INFINITY;
  let used: (() => Promise<number | undefined>) | undefined;
  for (const controller of controllers) {
    for (const path of pathsOf(controller.name, cgroups)) {
      const group: Group = (name, file) => text(join(folder, name, path, file));
      const value = await controller.limit(group);
      if (!(value > 0 && value < limit)) continue;
      limit = value;
      used = () => controller.used(group);
    }
  }
  return used && { limit, used: await used() };
}

/** The group of the process and its parents, as far as they are visible. */
function pathsOf(controller: string, cgroups: string): string[] {
  const path = cgroups
    .split('\n')
    .map((line) => /^\d+:([^:]*):(\/.*)$/.exec(line))
    .find((match) => match?.[1]?.split(',').includes(controller))?.[2];
  if (path === undefined || path.split('/').includes('..')) return ['/'];
  const paths = [];
  for (let at = path; at !== '/'; at = folderOf(at)) paths.push(at);
  return [...paths, '/'];
}

function memoryUse(usage: string | undefined, stat: string | undefined, cache: string): number | undefined {
  const bytes = numberOf(usage);
  return Number.isFinite(bytes) ? Math.max(0, bytes - (statOf(stat, cache) ?? 0)) : undefined;
}

function statOf(stat: string | undefined, name: string): number | undefined {
  const value = new RegExp(`^${name} (\\d+)$`, 'm').exec(stat ?? '')?.[1];
  return value === undefined ? undefined : Number(value);
}

function defined<Name extends keyof CgroupLimits>(name: Name, value: number | undefined): CgroupLimits {
  return value === undefined ? {} : { [name]: value };
}

/** NaN if the file is missing or does not hold a number. */
function numberOf(content: string | undefined): number {
  return Number(content ?? Number.NaN);
}

async function text(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return undefined;
  }
}
