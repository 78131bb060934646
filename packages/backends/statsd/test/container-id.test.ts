import { expect, test } from 'vitest';
import { containerId, type MachineFiles } from '../src/container-id.js';

const id = '3726184226f5d3147c25fdeab5b60097e378e8a720503a5e19ecfdf29f869860';
const other = 'a'.repeat(64);
const uuid = '34dc0b5e-626f-2c5c-4c51-70e34b10e765';

function machine(cgroup: string | undefined, inodes: Record<string, number> = {}, mountinfo?: string): MachineFiles {
  const files: Record<string, string | undefined> = { '/proc/self/cgroup': cgroup, '/proc/self/mountinfo': mountinfo };
  return {
    readText: (path) => files[path] ?? missing(),
    inodeOf: (path) => inodes[path] ?? missing(),
  };
}

function missing(): never {
  throw new Error('ENOENT');
}

test.each([
  ['docker', `12:memory:/docker/${id}\n1:name=systemd:/docker/${id}`, id],
  ['docker with systemd', `0::/system.slice/docker-${id}.scope`, id],
  ['systemd within docker', `0::/docker/${id}/init.scope`, id],
  ['docker within docker', `0::/docker/${other}/docker/${id}`, id],
  ['kubernetes', `1:name=systemd:/kubepods/besteffort/pod3d274242-8ee0-11e9-a8a6-1e68d864ef1a/${id}`, id],
  [
    'containerd with systemd',
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod2d3da189_6407_48e3_9ab6_78188d75e609.slice/cri-containerd-${id}.scope`,
    id,
  ],
  [
    'containerd, colons',
    `0::/system.slice/containerd.service/kubepods-besteffort-pod2d3da189_6407_48e3_9ab6_78188d75e609.slice:cri-containerd:${id}`,
    id,
  ],
  ['CRI-O', `0::/kubepods.slice/kubepods-pod2d3da189_6407_48e3_9ab6_78188d75e609.slice/crio-${id}.scope`, id],
  ['CRI-O with crun', `0::/kubepods.slice/crio-${id}.scope/container`, id],
  ['CRI-O without systemd', `8:memory:/kubepods/pod2d3da189-6407-48e3-9ab6-78188d75e609/crio-${id}`, id],
  ['podman', `0::/machine.slice/libpod-${id}.scope/container`, id],
  ['rootless podman', `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope`, id],
  ['podman without systemd', `1:name=systemd:/libpod_parent/libpod-${id}`, id],
  ['ecs', `9:perf_event:/ecs/test-ecs-classic/5a0d5ceddf6c44c1928d367a815d890f/${id}`, id],
  [
    'fargate',
    '9:perf_event:/ecs/task/34dc0b5e626f2c5c4c5170e34b10e765-1234567890',
    '34dc0b5e626f2c5c4c5170e34b10e765-1234567890',
  ],
  ['a UUID', `11:memory:/ecs/${uuid}/${uuid}`, uuid],
  ['garden', '9:memory:/garden/6f265890-5165-7fab-6b52-18d1', '6f265890-5165-7fab-6b52-18d1'],
])('finds the id under %s', (_, cgroup, expected) => {
  expect(containerId(machine(cgroup))).toBe(expected);
});

test.each([
  ['a pod alone', '0::/kubepods/besteffort/pod3d274242-8ee0-11e9-a8a6-1e68d864ef1a'],
  ["a terminal's scope", `0::/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn-${uuid}.scope`],
  ['what watches a container', `0::/machine.slice/libpod-conmon-${id}.scope`],
  ['a service', '0::/system.slice/orders.service'],
])('takes no id of %s', (_, cgroup) => {
  expect(containerId(machine(cgroup, { '/proc/self/ns/cgroup': 0xef_ff_ff_fb }))).toBeUndefined();
});

test.each([
  [
    'docker',
    `1258 1249 254:1 /docker/containers/${id}/resolv.conf /etc/resolv.conf rw - ext4 /dev/vda1 rw\n1259 1249 254:1 /docker/containers/${id}/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw`,
    id,
  ],
  [
    'podman',
    `983 961 0:56 /containers/storage/overlay-containers/${id}/userdata/hostname /etc/hostname rw - tmpfs tmpfs rw`,
    id,
  ],
  [
    'a cgroup seen from outside',
    `31 24 0:27 /kubepods.slice/crio-${id}.scope /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw,nsdelegate`,
    id,
  ],
  [
    "a pod's sandbox, which is no container",
    `1 2 8:1 /var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/${id}/hostname /etc/hostname rw - ext4 /dev/sda1 rw`,
    'in-1234',
  ],
  [
    'a volume, which is no container',
    `1 2 8:1 /var/lib/docker/volumes/${id}/_data /data rw master:1 - ext4 /dev/sda1 rw`,
    'in-1234',
  ],
])('reads the mounts where the cgroup is hidden: %s', (_, mountinfo, expected) => {
  const inodes = { '/proc/self/ns/cgroup': 4_026_532_192, '/sys/fs/cgroup/': 1234 };
  expect(containerId(machine('0::/', inodes, mountinfo))).toBe(expected);
});

test("takes the cgroup's inode where the id is hidden by a namespace of its own", () => {
  const inodes = { '/proc/self/ns/cgroup': 4_026_532_192, '/sys/fs/cgroup/': 1234 };
  expect(containerId(machine('0::/', inodes))).toBe('in-1234');
});

test('is none on the host itself, nor if there are no cgroups', () => {
  expect(
    containerId(machine('0::/', { '/proc/self/ns/cgroup': 0xef_ff_ff_fb, '/sys/fs/cgroup/': 1234 })),
  ).toBeUndefined();
  expect(containerId(machine(undefined))).toBeUndefined();
});
