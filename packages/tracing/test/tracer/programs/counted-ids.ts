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

export function isCountedId(id: string): boolean {
  return /^c0de(?:[\da-f]{12}|[\da-f]{28})$/.test(id);
}

/** The program whose provider generated the id; `undefined` if none did. */
export function programOfId(id: string): number | undefined {
  return isCountedId(id) ? Number.parseInt(id.slice(4, 10), 16) : undefined;
}
