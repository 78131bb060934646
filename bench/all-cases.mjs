import { cases as http } from './cases/http.mjs';
import { cases as live } from './cases/live.mjs';
import { cases as loading } from './cases/loading.mjs';
import { cases as logging } from './cases/logging.mjs';
import { cases as ops } from './cases/ops.mjs';
import { cases as otlp } from './cases/otlp.mjs';
import { cases as reading } from './cases/reading.mjs';
import { cases as recording } from './cases/recording.mjs';
import { cases as statsd } from './cases/statsd.mjs';
import { cases as tracingDelivered } from './cases/tracing-delivered.mjs';
import { cases as tracingPropagation } from './cases/tracing-propagation.mjs';
import { cases as tracingSpans } from './cases/tracing-spans.mjs';

/** Every case, in the order of the table. */
export const allCases = [
  ...recording,
  ...statsd,
  ...reading,
  ...otlp,
  ...tracingPropagation,
  ...tracingSpans,
  ...tracingDelivered,
  ...logging,
  ...http,
  ...loading,
  ...live,
  ...ops,
];
