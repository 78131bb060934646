import type { Observability } from '../observability.js';
import type { InvocationContext } from './invocation.js';

/** Time that is left to the platform for the answer itself. */
const RESERVED_MS = 100;

/** Hands over what was recorded, within the time and the invocation's own end. Never rejects: who cannot send has logged it. */
export async function flushWithin(
  obs: Pick<Observability, 'flush'>,
  timeoutMs: number,
  context: InvocationContext | undefined,
): Promise<void> {
  const leftMs = Math.min(timeoutMs, remainingMs(context) - RESERVED_MS);
  if (leftMs <= 0) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, leftMs);
    });
    await Promise.race([obs.flush({ timeoutMs: leftMs }), late]);
  } catch {
    // Goes with the next invocation, or was counted.
  } finally {
    clearTimeout(timer);
  }
}

/** Milliseconds until the platform ends the invocation; infinite if it does not say. */
export function remainingMs(context: InvocationContext | undefined): number {
  try {
    const left = context?.getRemainingTimeInMillis?.();
    return typeof left === 'number' && Number.isFinite(left) ? left : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
