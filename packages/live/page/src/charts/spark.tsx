import type { VNode } from 'preact';
import { sparkPath } from './spark-path.js';

/** A small line beside a number that says the same. */
export function Spark({ values, isBad = false }: { values: ReadonlyArray<number | null>; isBad?: boolean }): VNode {
  return (
    <svg class={`spark ${isBad ? 'bad' : ''}`} viewBox="0 0 84 18" aria-hidden="true" preserveAspectRatio="none">
      <path d={sparkPath(values, 84, 17)} />
    </svg>
  );
}
