import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a container may use; each is left out where there is no limit. */
export interface CgroupLimits {
  readonly memoryBytes?: number;
  /** Without caches that can be given up: what the kernel counts before it kills. */
  readonly memoryUsedBytes?: number;
  readonly cpus?: number;
  readonly cpuUsedMicroseconds?: number;
}

/** Reads cgroup v2 (kernel documentation, "Control Group v2"): the tightest limit from the process' own group up to the root. */
export async function cgroupLimits(folders: { readonly proc: string; readonly cgroup: string }): Promise<CgroupLimits> {
  const groups = await ownGroups(folders);
  let memoryBytes = Number.POSITIVE_INFINITY;
  let memoryGroup = '';
  let cpus = Number.POSITIVE_INFINITY;
  let cpuGroup = '';
  for (const group of groups) {
    const memory = Number(await text(join(group, 'memory.max'))); // "max" is no number
    if (memory < memoryBytes) [memoryBytes, memoryGroup] = [memory, group];
    const [quota, period] = ((await text(join(group, 'cpu.max'))) ?? '').split(' ').map(Number);
    const share = (quota ?? Number.NaN) / (period ?? Number.NaN);
    if (share > 0 && share < cpus) [cpus, cpuGroup] = [share, group];
  }
  return {
    ...(memoryGroup === '' ? {} : { memoryBytes, ...(await memoryUse(memoryGroup)) }),
    ...(cpuGroup === '' ? {} : { cpus, ...(await cpuUse(cpuGroup)) }),
  };
}

async function memoryUse(group: string): Promise<CgroupLimits> {
  const current = Number(await text(join(group, 'memory.current')));
  const inactive = statOf(await text(join(group, 'memory.stat')), 'inactive_file') ?? 0;
  return Number.isFinite(current) ? { memoryUsedBytes: Math.max(0, current - inactive) } : {};
}

async function cpuUse(group: string): Promise<CgroupLimits> {
  const used = statOf(await text(join(group, 'cpu.stat')), 'usage_usec');
  return used === undefined ? {} : { cpuUsedMicroseconds: used };
}

/** The process' own group and those around it, as far as they can be seen from here. */
async function ownGroups({ proc, cgroup }: { proc: string; cgroup: string }): Promise<string[]> {
  const path = /^0::(\/.*)$/m.exec((await text(join(proc, 'self/cgroup'))) ?? '')?.[1];
  if (path === undefined || path.includes('..')) return [cgroup];
  const groups = [];
  for (let at = path; at !== '/'; at = dirname(at)) groups.push(join(cgroup, at));
  return [...groups, cgroup];
}

function statOf(stat: string | undefined, name: string): number | undefined {
  const value = new RegExp(`^${name} (\\d+)$`, 'm').exec(stat ?? '')?.[1];
  return value === undefined ? undefined : Number(value);
}

async function text(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return undefined;
  }
}
