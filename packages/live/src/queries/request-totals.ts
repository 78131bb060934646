/** Requests of some services by cell, measured in one way. */
export interface RequestTotals {
  /** Milliseconds of the cell about which something is known. */
  knownMs(cell: number): number;
  count(cell: number): number;
  errors(cell: number): number;
  sumMs(cell: number): number;
  /** `null` without requests. */
  quantileMs(cell: number, q: number): number | null;
}

/** Of all together. Quantiles cannot be put together: they are those of the way that measured most requests. */
export function allRequests(ways: readonly RequestTotals[]): {
  isKnown(cell: number): boolean;
  perSecond(cell: number, of: 'count' | 'errors'): number;
} & Omit<RequestTotals, 'knownMs'> {
  const sum = (of: (way: RequestTotals) => number): number => ways.reduce((total, way) => total + of(way), 0);
  return {
    isKnown: (cell) => ways.some((way) => way.knownMs(cell) > 0),
    perSecond: (cell, of) =>
      sum((way) => {
        const knownMs = way.knownMs(cell);
        return knownMs > 0 ? (way[of](cell) * 1000) / knownMs : 0;
      }),
    count: (cell) => sum((way) => way.count(cell)),
    errors: (cell) => sum((way) => way.errors(cell)),
    sumMs: (cell) => sum((way) => way.sumMs(cell)),
    quantileMs(cell, q) {
      const [most] = [...ways].sort((a, b) => b.count(cell) - a.count(cell));
      return most?.quantileMs(cell, q) ?? null;
    },
  };
}
