import { counters } from './cases/counters.js';
import { gauges } from './cases/gauges.js';
import { histograms } from './cases/histograms.js';
import { labels } from './cases/labels.js';
import { names } from './cases/names.js';
import { randomPrograms } from './cases/random-programs.js';
import { reading } from './cases/reading.js';
import { sending } from './cases/sending.js';
import { seriesLife } from './cases/series-life.js';
import { sources } from './cases/sources.js';
import { startAndEnd } from './cases/start-and-end.js';
import { wrongRecordings } from './cases/wrong-recordings.js';
import type { CaseGroup } from './conformance-case.js';

/** What every backend must do, in the order of the documentation. */
export const conformanceCases: readonly CaseGroup[] = [
  counters,
  gauges,
  histograms,
  labels,
  names,
  wrongRecordings,
  seriesLife,
  reading,
  sources,
  sending,
  startAndEnd,
  randomPrograms,
];
