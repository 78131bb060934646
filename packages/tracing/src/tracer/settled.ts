import { isThenable } from '@sightline/base';

/**
 * Takes the rejection of a hook that is declared to return nothing, but was written as an `async` function: unhandled, it would end
 * the process. May throw what a getter `then` throws.
 */
export function settled(result: unknown, failed: (error: unknown) => void): void {
  if (result !== undefined && isThenable(result)) result.then(undefined, failed);
}
