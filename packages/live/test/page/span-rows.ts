import fc from 'fast-check';
import type { SpanRow } from '../../src/model/answers.js';

/** A span with nothing special. */
export function spanRow(changes: Partial<SpanRow> & Pick<SpanRow, 'spanId'>): SpanRow {
  return {
    parentSpanId: null,
    isParentMissing: false,
    depth: 0,
    service: 'shop',
    name: 'work',
    kind: 'internal',
    startMs: 0,
    offsetMs: 0,
    durationMs: 1,
    correctedMs: 0,
    status: 'unset',
    statusMessage: null,
    isCritical: false,
    scope: '',
    attributes: {},
    events: [],
    links: [],
    leftOut: 0,
    ...changes,
  };
}

/** Traces as the API gives them: depth first, each at most one deeper than the one before. */
export const spanRows: fc.Arbitrary<SpanRow[]> = fc
  .array(
    fc.record({ deeper: fc.integer({ min: -3, max: 1 }), name: fc.constantFrom('a', 'b'), durationMs: fc.nat(50) }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let depth = 0;
    let offsetMs = 0;
    return steps.map(({ deeper, name, durationMs }, index) => {
      depth = index === 0 ? 0 : Math.max(0, depth + deeper);
      offsetMs += 3;
      return spanRow({ spanId: String(index), depth, name, durationMs, offsetMs });
    });
  });
