import type { MetricsSnapshot } from '@sightline/core/backend';
import type { ExpositionFormat } from './exposition-format.js';
import { expositionChunks } from './render-exposition.js';

export interface ExpositionTextOptions {
  /** Default: `text`. */
  format?: ExpositionFormat | undefined;
  /** `_created` lines, in OpenMetrics only. Default: false. */
  createdTimestamps?: boolean | undefined;
}

/**
 * The exposition of a snapshot as one string, for files and tests: `expositionText(await metrics.collect())`. It blocks until it is
 * done. Requests are served in chunks instead.
 */
export function expositionText({ families }: MetricsSnapshot, options: ExpositionTextOptions = {}): string {
  const { format = 'text', createdTimestamps = false } = options;
  return Buffer.concat([...expositionChunks(families, { format, createdTimestamps })]).toString();
}
