/**
 * Processor time of this process for some work, in milliseconds: other processes may have the processor meanwhile, which a
 * clock would count.
 */
export async function cpuTime(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
