import { readdir, readFile, statfs } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Check, type Finding, failed, ok, skipped, warning } from './check.js';

/**
 * Disk, memory and load of this machine, or of the container that the doctor runs in, and who uses it.
 * @param root of the files of the kernel
 */
export function hostChecks(root: string = '/'): Check[] {
  return [
    { name: 'disk', run: disk },
    { name: 'memory', run: () => memory(root) },
    { name: 'load', run: load },
    { name: 'processes', run: processes },
  ];
}

async function disk(): Promise<Finding> {
  const used = await Promise.all(
    [...new Set(['/', process.cwd()])].map(async (folder) => {
      const { blocks, bavail, bfree, bsize } = await statfs(folder);
      // Of what a user without privileges can have, as `df` shows it.
      const ratio = blocks === 0 ? 0 : (blocks - bfree) / (blocks - bfree + bavail);
      return { folder, ratio, freeBytes: bavail * bsize };
    }),
  );
  const text = used
    .map(({ folder, ratio, freeBytes }) => `${folder}: ${percent(ratio)} used, ${gib(freeBytes)} free`)
    .join('; ');
  const worst = Math.max(...used.map(({ ratio }) => ratio));
  const remedy =
    'Remove old files, or make the disk larger; rotated log files and container images are the usual cause.';
  if (worst > 0.95) return failed(text, remedy);
  return worst > 0.85 ? warning(text, remedy) : ok(text);
}

async function memory(root: string): Promise<Finding> {
  const ofContainer = await containerMemory(root);
  const limit = ofContainer?.limit ?? totalmem();
  const used = (ofContainer?.used ?? limit - ((await availableBytes(root)) ?? freemem())) / limit;
  const text = `${percent(used)} of ${gib(limit)} used${ofContainer === undefined ? '' : ', the limit of this container'}`;
  return used > 0.9 ? warning(text, 'Look at the processes below; one that grows without end leaks.') : ok(text);
}

/** By the files of cgroup v2, if there is a limit below what the machine has. File caches, which can be dropped, are not counted. */
async function containerMemory(root: string): Promise<{ limit: number; used: number } | undefined> {
  const read = (name: string): Promise<string> => readFile(join(root, 'sys/fs/cgroup', name), 'utf8');
  try {
    const limit = Number(await read('memory.max')); // "max" is NaN
    const current = Number(await read('memory.current'));
    const cached = Number(/^inactive_file (\d+)$/m.exec(await read('memory.stat'))?.[1] ?? 0);
    return limit < totalmem() && current >= 0 ? { limit, used: Math.max(0, current - cached) } : undefined;
  } catch {
    return undefined; // no cgroup v2, or no container
  }
}

/** What Linux can give without swapping: free memory and caches. */
async function availableBytes(root: string): Promise<number | undefined> {
  try {
    const [, kib] = /^MemAvailable:\s+(\d+) kB$/m.exec(await readFile(join(root, 'proc/meminfo'), 'utf8')) ?? [];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}

async function load(): Promise<Finding> {
  if (process.platform === 'win32') return skipped('Windows has no load average.');
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  const cores = availableParallelism();
  const text = `${[one, five, fifteen].map((n) => n.toFixed(2)).join(', ')} on ${cores} cores`;
  return five > 1.5 * cores ? warning(text, 'More work than cores: look at the processes below.') : ok(text);
}

/** The largest by memory. Names only: arguments may be secrets. */
async function processes(): Promise<Finding> {
  const ids = await readdir('/proc').catch((): string[] => []);
  const found = await Promise.all(ids.filter((id) => /^\d+$/.test(id)).map(processOf));
  const largest = found
    .flatMap((each) => (each === undefined ? [] : [each]))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 5);
  if (largest.length === 0) return skipped('There is no /proc to read them from.');
  return ok(
    largest
      .map(({ id, name, bytes, cpuSeconds }) => `${name} (${id}): ${mib(bytes)}, ${cpuSeconds} s of CPU`)
      .join('; '),
  );
}

async function processOf(id: string) {
  try {
    const stat = await readFile(`/proc/${id}/stat`, 'utf8');
    // The name stands in parentheses and may hold some.
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // proc(5): utime and stime in ticks of 1/100 s, rss in pages.
    const cpuSeconds = Math.round((Number(fields[11]) + Number(fields[12])) / 100);
    return { id, name, bytes: Number(fields[21]) * 4096, cpuSeconds };
  } catch {
    return undefined; // ended meanwhile
  }
}

const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;
const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
const mib = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;
