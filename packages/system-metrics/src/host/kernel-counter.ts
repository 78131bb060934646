import { uptime } from 'node:os';
import type { MetricsCollector } from '@sightline/core';

export interface KernelCounterOptions<N extends string> {
  readonly help: string;
  readonly unit?: string | undefined;
  readonly labelNames: readonly N[];
  readonly countFrom: 'boot' | 'start';
}

/** A counter of running totals that the kernel keeps by device. */
export interface KernelCounter<N extends string> {
  /** Moves a series to the kernel's total. One that falls was started anew, and counts from 0. */
  advance(labels: Readonly<Record<N, string>>, total: number): void;
  /** Ends the series that were not advanced since the last call: their devices are gone. Their last numbers are announced. */
  endMissing(): void;
}

export function kernelCounter<N extends string>(
  metrics: MetricsCollector,
  name: string,
  { countFrom, ...options }: KernelCounterOptions<N>,
): KernelCounter<N> {
  // What the kernel counts began when the machine started.
  const startTimeMs = countFrom === 'boot' ? Date.now() - uptime() * 1000 : undefined;
  const counter = metrics.counter(name, { ...options, startTimeMs });
  const present = new Map<string, { labels: Readonly<Record<N, string>>; total: number; isSeen: boolean }>();
  /** Totals of devices that are gone, in case one comes back and goes on. */
  const gone = new Map<string, number>();

  return {
    advance(labels, total) {
      const key = JSON.stringify(labels);
      const known = present.get(key);
      const before = known?.total ?? gone.get(key);
      gone.delete(key);
      if (known === undefined) present.set(key, { labels: { ...labels }, total, isSeen: true });
      else {
        known.total = total;
        known.isSeen = true;
      }
      const series = counter.labels(labels);
      if (before === undefined) series.inc(countFrom === 'boot' ? total : 0);
      else series.inc(total >= before ? total - before : total);
    },
    endMissing() {
      for (const [key, entry] of present) {
        if (entry.isSeen) {
          entry.isSeen = false;
          continue;
        }
        present.delete(key);
        (counter as unknown as { remove(labels: object): void }).remove(entry.labels);
        if (gone.size >= MAX_GONE) gone.delete(gone.keys().next().value ?? '');
        gone.set(key, entry.total);
      }
    },
  };
}

// Container hosts make interfaces with new names all the time.
const MAX_GONE = 1000;
