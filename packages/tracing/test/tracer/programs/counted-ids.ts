import type { IdGenerator } from '../../../src/index.js';

/** Ids that are told from those of other programs, and from those that a program brings itself. */
export function countedIds(program = 0): IdGenerator {
  const prefix = `c0de${program.toString(16).padStart(6, '0')}`;
  let traces = 0;
  let spans = 0;
  return {
    generateTraceId: () => `${prefix}${(++traces).toString(16).padStart(22, '0')}`,
    generateSpanId: () => `${prefix}${(++spans).toString(16).padStart(6, '0')}`,
  };
}

/** Finds generated ids, also within other strings. */
export const countedIdPattern = /c0de(?:[\da-f]{28}|[\da-f]{12})(?![\da-f])/g;
