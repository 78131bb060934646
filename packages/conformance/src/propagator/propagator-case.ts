import type { TextMapPropagator } from '@opentelemetry/api';

/** What a propagator reads and writes. Every B3 propagator reads both encodings. */
export type PropagatorFormat = 'w3c' | 'b3-single' | 'b3-multi' | 'baggage';

/** One behaviour that every propagator of a format must have. */
export interface PropagatorCase {
  /** A sentence about a propagator: `rejects version ff`. Deviations name it. */
  readonly name: string;
  /** The rule, and the specification that states it. */
  readonly why: string;
  /** The formats it is about. */
  readonly formats: readonly PropagatorFormat[];
  /**
   * Throws a `ConformanceFailure` if the propagator does something else.
   * @param randomMessages how many inputs a case with random ones tries. Default 10 000.
   */
  run(propagator: TextMapPropagator, format: PropagatorFormat, randomMessages?: number): void | Promise<void>;
}

export interface PropagatorCaseGroup {
  readonly title: string;
  readonly cases: readonly PropagatorCase[];
}

/** The received fields of a message. A repeated field is a list. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

export const everyFormat: readonly PropagatorFormat[] = ['w3c', 'b3-single', 'b3-multi', 'baggage'];
export const traceFormats: readonly PropagatorFormat[] = ['w3c', 'b3-single', 'b3-multi'];
