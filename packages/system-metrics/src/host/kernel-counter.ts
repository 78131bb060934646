import { uptime } from 'node:os';
import type { MetricsCollector } from '@sightline/core';

export interface KernelCounterOptions<N extends string> {
  readonly help: string;
  readonly unit?: string | undefined;
  readonly labelNames: readonly N[];
  readonly countFrom: 'boot' | 'start';
}

/** A counter of totals that the kernel keeps by device. */
export interface KernelCounter<N extends string> {
  /** Sets a series to the kernel's total. A lower total than before is a restart from 0. */
  advance(labels: Readonly<Record<N, string>>, total: number): void;
  /** Ends the series that were not advanced since the last call, because their devices are gone. Readers get their last numbers. */
  endMissing(): void;
}

export function kernelCounter<N extends string>(
  metrics: MetricsCollector,
  name: string,
  { countFrom, ...options }: KernelCounterOptions<N>,
): KernelCounter<N> {
  // The kernel counts since the machine's boot.
  const startTimeMs = countFrom === 'boot' ? Date.now() - uptime() * 1000 : undefined;
  const counter = metrics.counter(name, { ...options, startTimeMs });
  const present = new Map<string, { labels: Readonly<Record<N, string>>; total: number; isSeen: boolean }>();
  /** Totals of devices that are gone, in case one comes back and continues. */
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

// Container hosts keep making interfaces with new names.
const MAX_GONE = 1000;
