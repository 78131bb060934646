import type { IdGenerator } from '@sightline/tracing';

/** Ids that count from 1, so that a test can write them down. */
export function sequentialIds(): IdGenerator {
  let traces = 0;
  let spans = 0;
  return {
    generateTraceId: () => (++traces).toString(16).padStart(32, '0'),
    generateSpanId: () => (++spans).toString(16).padStart(16, '0'),
  };
}
