import type { MetricsSnapshot } from '@sightline/core/backend';
import type { ExpositionFormat } from './exposition-format.js';
import { pagePieces } from './render-page.js';

export interface PageTextOptions {
  /** Default `text`. */
  format?: ExpositionFormat | undefined;
  /** `_created` lines, in OpenMetrics only. Default false. */
  createdTimestamps?: boolean | undefined;
}

/**
 * The page of a snapshot as one string, for files and tests: `pageText(await metrics.collect())`. It blocks until it is
 * done; what serves requests renders piece by piece instead.
 */
export function pageText({ families }: MetricsSnapshot, options: PageTextOptions = {}): string {
  const { format = 'text', createdTimestamps = false } = options;
  return Buffer.concat([...pagePieces(families, { format, createdTimestamps })]).toString();
}
