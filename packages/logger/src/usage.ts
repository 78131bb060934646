import type { Clock } from '@sightline/base';

/**
 * Returns a function that gives the share of one core that the process used lately, and its resident memory, as JSON.
 * Both are read at most once a second: asking the kernel costs several microseconds, and a shorter time says nothing.
 */
export function usageReader(clock: Clock): () => string {
  let sinceMs = clock.monotonicMs();
  let cpu = process.cpuUsage();
  let json: string | undefined;

  return () => {
    const nowMs = clock.monotonicMs();
    const elapsedMs = nowMs - sinceMs;
    if (json !== undefined && elapsedMs < 1000) return json;
    const used = process.cpuUsage(cpu);
    const percent = elapsedMs <= 0 ? 0 : (used.user + used.system) / (10 * elapsedMs);
    json = `{"cpu_percent":${rounded(percent)},"memory_mb":${rounded(process.memoryUsage.rss() / 1e6)}}`;
    cpu = process.cpuUsage();
    sinceMs = nowMs;
    return json;
  };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
