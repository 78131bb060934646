import { availableParallelism, cpus } from 'node:os';
import type { CpuModes, HostSource } from './host-source.js';

/** All other systems, with the package `systeminformation`. */
export function systeminformationSource(): HostSource {
  const load = () => import('systeminformation').then((module) => module.default ?? module);
  return {
    cpuCount: async () => availableParallelism(),
    cpuTimes: async () =>
      cpus().map(({ times }, index) => {
        const busy = times.user + times.nice + times.sys + times.irq;
        const { user, nice, sys: system, idle, irq: interrupt } = times;
        const inSeconds = { user, nice, system, idle, interrupt };
        const modes = Object.fromEntries(
          Object.entries(inSeconds).map(([mode, ms]) => [mode, ms / 1000]),
        ) as unknown as CpuModes;
        return { core: `cpu${index}`, busy, total: busy + idle, modes };
      }),
    async memory() {
      const { total, available, free } = await (await load()).mem();
      return { total, available, free };
    },
    async disks() {
      const disks = await (await load()).fsSize();
      return disks.map(({ mount, size, used, available }) => ({
        path: mount,
        total: size,
        used,
        free: size - used,
        available,
      }));
    },
    async diskIo() {
      // It reports only the sum of all devices, and nothing on Windows.
      const stats = (await (await load()).fsStats()) as { rx: number | null; wx: number | null } | null;
      if (typeof stats?.rx !== 'number' || typeof stats.wx !== 'number') return [];
      return [{ device: 'all', readBytes: stats.rx, writtenBytes: stats.wx }];
    },
    async network() {
      const interfaces = await (await load()).networkStats('*');
      return interfaces.map(({ iface, rx_bytes, tx_bytes, rx_errors, tx_errors }) => ({
        interface: iface,
        receivedBytes: rx_bytes,
        transmittedBytes: tx_bytes,
        receiveErrors: rx_errors,
        transmitErrors: tx_errors,
      }));
    },
  };
}
