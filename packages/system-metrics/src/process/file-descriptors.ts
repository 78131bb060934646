import { readdir } from 'node:fs/promises';
import type { MetricGroup } from './metric-group.js';
import { isListable, readableText } from './readable.js';

export const fileDescriptors: MetricGroup = (metrics, { procFolder }) => {
  const maxFds = openFilesLimit(readableText(`${procFolder}/limits`) ?? '');
  if (maxFds !== undefined) {
    metrics.gauge('process_max_fds', { help: 'Maximum number of open file descriptors.', collect: () => maxFds });
  }
  const folder = `${procFolder}/fd`;
  if (isListable(folder)) {
    metrics.gauge('process_open_fds', {
      help: 'Open file descriptors.',
      isAdditive: true,
      // One of them is of the listing itself.
      collect: async () => (await readdir(folder)).length - 1,
    });
  }
  return () => {};
};

/** The soft limit in `/proc/<pid>/limits` (proc_pid_limits(5)); `undefined` if there is none. */
export function openFilesLimit(limits: string): number | undefined {
  const soft = /^Max open files\s+(\d+)\s/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}
