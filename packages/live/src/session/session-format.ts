import type { LiveMessage } from '../model/message.js';

// A session is a gzip'd file of JSON lines, in members that may be read one by one. The first line is a `SessionHeader`; each other has one
// member, whose name says what it is. Times are Unix milliseconds with fractions. Numbers that JSON cannot hold are `null`.

export const SESSION_FORMAT = 'sightline-session';
export const SESSION_VERSION = 1;

export interface SessionHeader {
  readonly format: typeof SESSION_FORMAT;
  readonly version: number;
  readonly exportedMs: number;
}

export type SessionLine =
  | { readonly source: SessionSource }
  | { readonly span: SessionSpan }
  | { readonly log: SessionLog }
  | { readonly message: LiveMessage }
  | { readonly rows: SessionRows }
  | { readonly series: SessionSeries };

/** Others refer to it by its number. */
export interface SessionSource {
  readonly number: number;
  /** Names and values in turn, as all attributes here. */
  readonly resource: readonly unknown[];
}

export interface SessionSpan {
  readonly source: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: number;
  readonly status: number;
  readonly statusMessage: string | null;
  readonly startMs: number;
  readonly durationMs: number;
  readonly scope: string;
  readonly attributes: readonly unknown[];
  readonly events: ReadonlyArray<{
    readonly name: string;
    readonly timeMs: number;
    readonly attributes: readonly unknown[];
  }>;
  readonly links: ReadonlyArray<{
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: readonly unknown[];
  }>;
  readonly leftOut: number;
}

export interface SessionLog {
  readonly source: number;
  readonly timeMs: number;
  readonly level: number;
  readonly logger: string;
  readonly message: string;
  readonly attributes: readonly unknown[];
  readonly traceId: string | null;
  readonly spanId: string | null;
}

/** The times at which the numbers of a source's series are. */
export interface SessionRows {
  readonly source: number;
  readonly fine: readonly number[];
  readonly coarse: readonly number[];
}

/** By row. */
export interface SessionColumns {
  readonly fine: ReadonlyArray<number | null>;
  readonly coarse: ReadonlyArray<number | null>;
}

export interface SessionSeries {
  readonly source: number;
  readonly name: string;
  readonly help: string;
  readonly unit: string | null;
  readonly kind: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startMs: number;
  readonly sinceMs: number;
  readonly lastMs: number;
  /** The value, or the count. */
  readonly current: number | null;
  readonly sum: number | null;
  /** Of values or of increases; missing if nothing ever changed. */
  readonly counts?: SessionColumns | undefined;
  readonly sums?: SessionColumns | undefined;
  /** Upper bounds; missing for exponential buckets. */
  readonly bounds?: readonly number[] | undefined;
  readonly scale?: number | undefined;
  readonly buckets?: ReadonlyArray<readonly [bucket: number, columns: SessionColumns]> | undefined;
  readonly quantiles?: ReadonlyArray<readonly [quantile: number, columns: SessionColumns]> | undefined;
}
