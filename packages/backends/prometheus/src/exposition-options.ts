import type { ExpositionFormat } from './exposition-format.js';
import type { ExternalFault } from './external-fault.js';

export interface ExpositionOptions {
  readonly format: ExpositionFormat;
  /** Write the start time of each series as `_created` lines. OpenMetrics only. */
  readonly createdTimestamps: boolean;
  /** Called with the reason when a family of an included source, or a part of it, is left out. */
  readonly onLeftOut?: ((family: string, reason: LeftOutReason) => void) | undefined;
}

export type LeftOutReason = ExternalFault | 'duplicate_series' | 'bad_value' | 'malformed';
