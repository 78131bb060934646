import type { VNode } from 'preact';
import { formatCount } from '../format/number.js';

/** Instead of rows that are not there. */
export function GapCells({ count, what }: { count: number; what: string }): VNode {
  return (
    <span role="gridcell" class="gap-text">
      {formatCount(count, what)} not shown here: more came than can be read
    </span>
  );
}
