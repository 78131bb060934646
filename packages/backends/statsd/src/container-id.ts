import { readFileSync, statSync } from 'node:fs';

/** What is read of the machine: files as text, inodes as numbers. Both throw where there is nothing. */
export interface MachineFiles {
  readText(path: string): string;
  inodeOf(path: string): number;
}

const machine: MachineFiles = {
  readText: (path) => readFileSync(path, 'utf8'),
  inodeOf: (path) => statSync(path).ino,
};

/** A process of the host itself sees the cgroup namespace that every host has (Linux, `PROC_CGROUP_INIT_INO`). */
const hostNamespaceInode = 0xef_ff_ff_fb;

/**
 * The container that this process runs in, as the DogStatsD field `c:` takes it: its id, else `in-` and the inode of its
 * cgroup; `undefined` outside of containers.
 */
export function containerId({ readText, inodeOf }: MachineFiles = machine): string | undefined {
  const groups = attempted(() => readText('/proc/self/cgroup').trim().split('\n')) ?? [];
  const paths = groups.map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  for (const path of paths) {
    const id = /([0-9a-f]{64}|[0-9a-f]{32}-\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){4})(?:\.scope)?$/.exec(path?.[2] ?? '')?.[1];
    if (id !== undefined) return id;
  }
  if (attempted(() => inodeOf('/proc/self/ns/cgroup')) === hostNamespaceInode) return undefined;
  for (const path of paths) {
    const [, controllers = '', folder = ''] = path ?? [];
    if (path === null || (controllers !== '' && controllers !== 'memory')) continue;
    const inode = attempted(() => inodeOf(`/sys/fs/cgroup/${controllers}${folder}`.replaceAll(/\/+/g, '/')));
    // 0, 1 and 2 are nothing's, bad blocks' and the root's.
    if (inode !== undefined && inode > 2) return `in-${inode}`;
  }
  return undefined;
}

function attempted<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
