import type { LabelValue } from '../../instruments/labels.js';

/** One series: its labels and its value. */
export interface ScheduledValue<N extends string> {
  readonly labels: Readonly<Record<N, LabelValue>>;
  readonly value: number;
}
