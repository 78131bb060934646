/** Bounds of one request. What is beyond them is left out and counted; a request above `maxBytes` is refused. */
export interface DecodeLimits {
  /** Default: 64 MiB. */
  readonly maxBytes: number;
  /** Spans, log records or data points. Default: 200 000. */
  readonly maxRecords: number;
  /** Attributes of one record, event, link, scope or resource. Default: 1000. */
  readonly maxAttributes: number;
  /** Events, and links, of one span; exemplars of one point. Default: 1000. */
  readonly maxEvents: number;
  /** Elements of one array, map, list of buckets or of quantiles. Default: 10 000. */
  readonly maxElements: number;
  /** Levels of arrays and maps within a value. Default: 32. */
  readonly maxDepth: number;
  /** Bytes of UTF-8 of one string, and bytes of one `bytesValue`. Longer ones are cut. Default: 65 536. */
  readonly maxTextBytes: number;
}

/** What the limits left out of a request. */
export interface LeftOut {
  records: number;
  attributes: number;
  events: number;
  /** Array and map elements, buckets and quantiles. */
  elements: number;
  /** Values nested too deeply; `null` is in their place. */
  nested: number;
  /** Strings and bytes that were cut. */
  cut: number;
}

export interface DecodeReport {
  /** How often `visit` was called; for metrics, how many points were in what it was given. */
  readonly records: number;
  readonly leftOut: Readonly<LeftOut>;
}

/** Limits and counts of one call. */
export class DecodeState implements DecodeReport {
  records = 0;
  readonly leftOut: LeftOut = { records: 0, attributes: 0, events: 0, elements: 0, nested: 0, cut: 0 };
  readonly limits: DecodeLimits;
  readonly countCut = (): void => {
    this.leftOut.cut++;
  };

  constructor(limits: Partial<DecodeLimits>) {
    // A limit that is `undefined` is not given: compared with it, nothing would be too much.
    const given = Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
    this.limits = { ...defaults, ...given };
  }

  /** @returns whether one more record is within the limit; counts it either way */
  takesRecord(): boolean {
    if (this.records >= this.limits.maxRecords) {
      this.leftOut.records++;
      return false;
    }
    this.records++;
    return true;
  }

  report(): DecodeReport {
    return { records: this.records, leftOut: this.leftOut };
  }
}

const defaults: DecodeLimits = {
  maxBytes: 67_108_864,
  maxRecords: 200_000,
  maxAttributes: 1000,
  maxEvents: 1000,
  maxElements: 10_000,
  maxDepth: 32,
  maxTextBytes: 65_536,
};
