import type { HistogramLine } from './histogram-line.js';
import type { NumberLine } from './number-line.js';
import type { SummaryLine } from './summary-line.js';

/** One series of one source, from its start to its end. */
export type Line = NumberLine | HistogramLine | SummaryLine;
