import { readdir } from 'node:fs/promises';
import type { Part } from './part.js';
import { isListable, readableText } from './readable.js';

export const fileDescriptors: Part = (metrics, { procFolder }) => {
  const maxFds = openFilesLimit(readableText(`${procFolder}/limits`) ?? '');
  if (maxFds !== undefined) {
    metrics.gauge('process_max_fds', { help: 'How many file descriptors may be open.', collect: () => maxFds });
  }
  const folder = `${procFolder}/fd`;
  if (isListable(folder)) {
    metrics.gauge('process_open_fds', {
      help: 'File descriptors that are open.',
      isAdditive: true,
      // One of them is the listing's own.
      collect: async () => (await readdir(folder)).length - 1,
    });
  }
  return () => {};
};

/** The soft limit in `/proc/<pid>/limits` (proc_pid_limits(5)); `undefined` where there is none. */
export function openFilesLimit(limits: string): number | undefined {
  const soft = /^Max open files\s+(\d+)\s/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}
