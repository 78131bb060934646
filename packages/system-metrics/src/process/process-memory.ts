import { readFile } from 'node:fs/promises';
import type { MetricGroup } from './metric-group.js';
import { readableText } from './readable.js';

export const processMemory: MetricGroup = (metrics, { procFolder }) => {
  const statusFile = `${procFolder}/status`;
  const resident = { help: 'Resident memory (RAM).', unit: 'bytes', isAdditive: true };
  if (readableText(statusFile) === undefined) {
    metrics.gauge('process_resident_memory_bytes', { ...resident, collect: () => process.memoryUsage.rss() });
    return () => {};
  }
  const gauges = {
    VmRSS: metrics.gauge('process_resident_memory_bytes', resident),
    VmSize: metrics.gauge('process_virtual_memory_bytes', {
      help: 'Size of the address space.',
      unit: 'bytes',
      isAdditive: true,
    }),
    VmData: metrics.gauge('process_heap_bytes', {
      help: "Size of the data segment: the operating system's view of the heap.",
      unit: 'bytes',
      isAdditive: true,
    }),
  };
  return metrics.onCollect(
    async () => {
      const sizes = statusSizes(await readFile(statusFile, 'utf8'));
      for (const [key, gauge] of Object.entries(gauges)) {
        const bytes = sizes.get(key);
        if (bytes !== undefined) gauge.set(bytes);
      }
    },
    { name: 'process.memory' },
  );
};

/** The sizes in `/proc/<pid>/status` (proc_pid_status(5)), in bytes, by name. */
export function statusSizes(status: string): Map<string, number> {
  const lines = status.matchAll(/^(\w+):\s*(\d+) kB$/gm);
  return new Map(Array.from(lines, ([, key = '', kibibytes]) => [key, Number(kibibytes) * 1024]));
}
