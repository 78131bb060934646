import { getHeapStatistics } from 'node:v8';
import type { RuntimeProcess } from '../../model/answers.js';

/** What this process knows of itself. Figures that need a history are those of its metrics. */
export function runtimeFacts(service: string, instance: string | null, startedMs: number): RuntimeProcess {
  const { rss, heapUsed } = process.memoryUsage();
  return {
    service,
    services: [service],
    hasEnded: false,
    lastMs: null,
    instance,
    pid: process.pid,
    startedMs,
    versions: shownVersions(),
    residentBytes: rss,
    heapUsedBytes: heapUsed,
    heapLimitBytes: getHeapStatistics().heap_size_limit,
    eventLoopDelayP99Ms: null,
    eventLoopUtilization: null,
    handles: handlesByType(),
  };
}

function shownVersions(): Readonly<Record<string, string>> {
  const { node, v8, uv, openssl, undici } = process.versions as Readonly<Record<string, string | undefined>>;
  const all = { node, v8, uv, openssl, undici };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function handlesByType(): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1);
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]));
}
