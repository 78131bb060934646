import { DeclarationError, valueText } from '@sightline/base';

/** Bounds of everything that is kept. What is beyond them overwrites the oldest, or is refused; both are counted. */
export interface LiveLimits {
  readonly maxSpans: number;
  readonly maxLogLines: number;
  /**
   * Histories of one number each: 660 values of 4 bytes. A counter or gauge has one, a histogram one for its count, its sum, and each
   * bucket that was ever hit. Series whose numbers never changed need none.
   */
  readonly maxChannels: number;
  /** Series of metrics, with or without a history. */
  readonly maxSeries: number;
  readonly maxMetrics: number;
  readonly maxServices: number;
  /** Each of: operations, summaries of queries, edges of the flow graph. The others are counted together. */
  readonly maxOperations: number;
  /** An estimate of the memory of all of it, the broadcaster's messages included. */
  readonly maxBytes: number;
}

/** Within a service. */
export const embeddedLimits: LiveLimits = {
  maxSpans: 5000,
  maxLogLines: 5000,
  maxChannels: 2000,
  maxSeries: 10_000,
  maxMetrics: 1000,
  maxServices: 20,
  maxOperations: 200,
  maxBytes: 32 * 1024 * 1024,
};

/** In the local viewer of many services. */
export const viewerLimits: LiveLimits = {
  maxSpans: 50_000,
  maxLogLines: 50_000,
  maxChannels: 10_000,
  maxSeries: 50_000,
  maxMetrics: 10_000,
  maxServices: 500,
  maxOperations: 500,
  maxBytes: 256 * 1024 * 1024,
};

/** Throws for a limit that is none. */
export function checkLimits(limits: LiveLimits): void {
  for (const name of Object.keys(embeddedLimits) as Array<keyof LiveLimits>) {
    const value: unknown = limits[name];
    const least = name === 'maxBytes' ? MIN_BYTES : 1;
    if (Number.isSafeInteger(value) && (value as number) >= least) continue;
    throw new DeclarationError(
      `[live] ${name} must be a whole number of at least ${least}, but got ${valueText(value)}.`,
    );
  }
}

/** The histories of one service and a few hundred spans. */
const MIN_BYTES = 1024 * 1024;
