import type { ExpositionFormat } from './exposition-format.js';
import type { ForeignFault } from './foreign-fault.js';

export interface PageOptions {
  readonly format: ExpositionFormat;
  /** Write when each series began, as `_created` lines. OpenMetrics only: 0.0.4 has no place for it. */
  readonly createdTimestamps: boolean;
  /** Told what a family of an included source was left out for, whole or in part. */
  readonly onLeftOut?: ((family: string, reason: PageFault) => void) | undefined;
}

export type PageFault = ForeignFault | 'duplicate_series' | 'bad_value' | 'malformed';
