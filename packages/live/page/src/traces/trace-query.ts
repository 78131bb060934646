import type { TraceFilter } from './trace-filter.js';

/** The parameters of `traces` for a filter. */
export function traceQuery(filter: TraceFilter, sort: string): Record<string, string | readonly string[]> {
  const { name, minMs, maxMs, status, attributes } = filter;
  return {
    ...(name !== null && { name }),
    ...(minMs !== null && { minMs: String(minMs) }),
    ...(maxMs !== null && { maxMs: String(maxMs) }),
    ...(status !== null && { status }),
    ...(attributes.length > 0 && { attribute: attributes }),
    ...(sort !== 'newest' && { sort }),
    limit: '500',
  };
}
