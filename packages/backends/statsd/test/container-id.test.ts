import { expect, test } from 'vitest';
import { containerId, type MachineFiles } from '../src/container-id.js';

const id = '3726184226f5d3147c25fdeab5b60097e378e8a720503a5e19ecfdf29f869860';

function machine(cgroup: string | undefined, inodes: Record<string, number> = {}): MachineFiles {
  return {
    readText: () => cgroup ?? missing(),
    inodeOf: (path) => inodes[path] ?? missing(),
  };
}

function missing(): never {
  throw new Error('ENOENT');
}

test.each([
  ['docker', `12:memory:/docker/${id}\n1:name=systemd:/docker/${id}`, id],
  ['kubernetes', `1:name=systemd:/kubepods/besteffort/pod3d274242-8ee0-11e9-a8a6-1e68d864ef1a/${id}`, id],
  ['systemd scope', `0::/system.slice/docker-${id}.scope`, id],
  [
    'ecs',
    '9:perf_event:/ecs/task/34dc0b5e626f2c5c4c5170e34b10e765-1234567890',
    '34dc0b5e626f2c5c4c5170e34b10e765-1234567890',
  ],
])('finds the id under %s', (_, cgroup, expected) => {
  expect(containerId(machine(cgroup))).toBe(expected);
});

test("takes the cgroup's inode where the id is hidden by a namespace of its own", () => {
  const inodes = { '/proc/self/ns/cgroup': 4_026_532_192, '/sys/fs/cgroup/': 1234 };
  expect(containerId(machine('0::/', inodes))).toBe('in-1234');
});

test('is none on the host itself, nor where there are no cgroups', () => {
  expect(
    containerId(machine('0::/', { '/proc/self/ns/cgroup': 0xef_ff_ff_fb, '/sys/fs/cgroup/': 1234 })),
  ).toBeUndefined();
  expect(containerId(machine(undefined))).toBeUndefined();
});
