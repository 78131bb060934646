import { readFileSync, statSync } from 'node:fs';

/** Reads files and inodes of the machine. Both throw if there is none. */
export interface MachineFiles {
  readText(path: string): string;
  inodeOf(path: string): number;
}

const machine: MachineFiles = {
  readText: (path) => readFileSync(path, 'utf8'),
  inodeOf: (path) => statSync(path).ino,
};

/** The inode of the cgroup namespace on every host, outside of containers (Linux, `PROC_CGROUP_INIT_INO`). */
const hostNamespaceInode = 0xef_ff_ff_fb;

/**
 * The container of this process for the DogStatsD field `c:`: its id from the cgroup or, if that is hidden, from mounted files; else
 * `in-` and the inode of its cgroup. `undefined` outside of containers.
 */
export function containerId({ readText, inodeOf }: MachineFiles = machine): string | undefined {
  const linesOf = (path: string): string[] => (attempted(() => readText(path)) ?? '').trim().split('\n');
  const groups = linesOf('/proc/self/cgroup').flatMap((line) => {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    return path === '' ? [] : [{ controllers, path }];
  });
  const mounts = linesOf('/proc/self/mountinfo').map((line) => line.split(' '));
  const id = first(groups, ({ path }) => idInCgroup(path)) ?? first(mounts, idOfMount);
  if (id !== undefined) return id;
  if (attempted(() => inodeOf('/proc/self/ns/cgroup')) === hostNamespaceInode) return undefined;
  for (const { controllers, path } of groups) {
    if (controllers !== '' && controllers !== 'memory') continue;
    const inode = attempted(() => inodeOf(`/sys/fs/cgroup/${controllers}${path}`.replaceAll(/\/+/g, '/')));
    // 0, 1 and 2 are reserved: nothing, bad blocks, the root.
    if (inode !== undefined && inode > 2) return `in-${inode}`;
  }
  return undefined;
}

const hex64 = '[0-9a-f]{64}';
/** Ids of Amazon ECS on Fargate, and UUIDs of Cloud Foundry's Garden and others. Garden also shortens the last segment. */
const task = '[0-9a-f]{32}-\\d+';
const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}(?:-[0-9a-f]{4}){4}';
const runtimes = '(?:docker|crio|cri-o|cri-containerd|containerd|libpod|podman|nerdctl)';
/**
 * A folder of a cgroup: `crio-<id>.scope`, `kubepods-pod1.slice:cri-containerd:<id>`, `<id>`. A UUID may also mean a pod or a
 * terminal's scope, so only the name of a runtime may precede it.
 */
const folder = new RegExp(
  `^(?:(?:.*[-:_.])?(${hex64})|(?:${runtimes}[-:_])?(${task}|${uuid}))(?:\\.(?:scope|service))?$`,
);

/** The last folder of a container: its processes may make cgroups below (`/container` of crun, `/init.scope` of systemd). */
function idInCgroup(path: string): string | undefined {
  for (const name of path.split('/').reverse()) {
    if (/conmon/.test(name)) continue; // the monitor of a container
    const [, byHex, byForm] = folder.exec(name) ?? [];
    if (byHex !== undefined || byForm !== undefined) return byHex ?? byForm;
  }
  return undefined;
}

/** The id in a line of mountinfo (proc(5)): from the runtime's files of this container or from its cgroup. */
function idOfMount(fields: readonly string[]): string | undefined {
  const [, , , root = '', mountPoint = ''] = fields;
  const fileSystem = fields[fields.indexOf('-') + 1] ?? '';
  if (fileSystem.startsWith('cgroup')) return idInCgroup(root);
  if (mountPoint !== '/etc/hostname') return undefined;
  // In a pod of containerd the file belongs to the pod's sandbox.
  const [, kind, id] = new RegExp(`/([^/]+)/(${hex64}|${task}|${uuid})/(?:.*/)?hostname$`).exec(root) ?? [];
  return kind === 'sandboxes' ? undefined : id;
}

function first<T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
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
