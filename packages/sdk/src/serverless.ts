import type { Observability } from './observability.js';

export interface ServerlessOptions {
  /** Longest time that sending may take after an invocation, in milliseconds. Default 2000, and never beyond the invocation's own end. */
  timeoutMs?: number | undefined;
}

/** What platforms give beside the event, as far as it matters here. */
interface InvocationContext {
  getRemainingTimeInMillis?(): number;
}

/** Time that is left to the platform for the answer itself. */
const RESERVED_MS = 100;

/**
 * Wraps a function of a serverless platform so that everything recorded by an invocation has been handed over before it ends, when
 * the platform may freeze the process. The invocation's result or error is the handler's; what cannot be sent in time goes with the
 * next invocation. Where the platform's context tells the remaining time (AWS Lambda), that limits it, too.
 */
export function serverlessHandler<Args extends readonly unknown[], Result>(
  obs: Pick<Observability, 'flush'>,
  handler: (...args: Args) => Result,
  { timeoutMs = 2000 }: ServerlessOptions = {},
): (...args: Args) => Promise<Awaited<Result>> {
  if (typeof handler !== 'function')
    throw new TypeError('[sdk] serverlessHandler takes an observability and a function.');
  if (!(timeoutMs > 0 && timeoutMs < 2 ** 31)) {
    throw new RangeError(`[sdk] serverlessHandler has timeoutMs ${timeoutMs}. Pass milliseconds above 0.`);
  }
  return async (...args): Promise<Awaited<Result>> => {
    try {
      return await handler(...args);
    } finally {
      const leftMs = remainingMs(args) - RESERVED_MS;
      // What could not be sent was logged by whoever could not send it.
      if (leftMs > 0) await obs.flush({ timeoutMs: Math.min(timeoutMs, leftMs) }).catch(() => {});
    }
  };
}

function remainingMs(args: readonly unknown[]): number {
  const context = args[1] as InvocationContext | undefined;
  if (typeof context?.getRemainingTimeInMillis !== 'function') return Number.POSITIVE_INFINITY;
  try {
    const left = context.getRemainingTimeInMillis();
    return Number.isFinite(left) ? left : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
