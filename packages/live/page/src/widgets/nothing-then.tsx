import type { ComponentChildren, VNode } from 'preact';
import { go, timeWords } from '../state/location.js';
import { EmptyState } from './empty-state.js';

/**
 * Nothing in the time shown. What is kept may be of another time, as of a service whose clock is behind; without anything, the code that
 * records it.
 */
export function NothingThen(props: { what: string; kept: number; code: string; children?: ComponentChildren }): VNode {
  const { what, kept, code, children } = props;
  return (
    <EmptyState title={`No ${what} in ${timeWords()}.`} {...(kept === 0 && { code })}>
      {children}
      {kept > 0 && (
        <button type="button" class="button" onClick={() => go({ last: longest, untilMs: null, service: null })}>
          Show all that is kept
        </button>
      )}
    </EmptyState>
  );
}

/** The API takes no more. */
const longest = '168h';
