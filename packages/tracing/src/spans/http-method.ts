/**
 * The value of `http.request.method` for a method: one of few values, independent of what a client sends.
 * Follows OpenTelemetry's semantic conventions: the methods of RFC 9110, PATCH and QUERY, in upper case.
 *
 * @returns the method itself, or `_OTHER`
 */
export function knownMethod(method: string | undefined): string {
  return method !== undefined && knownMethods.has(method) ? method : '_OTHER';
}

/**
 * The beginning of a span's name: the semantic conventions write `HTTP` for an unknown method.
 *
 * @param known the result of `knownMethod`
 */
export function methodInName(known: string): string {
  return known === '_OTHER' ? 'HTTP' : known;
}

// RFC 9110, PATCH of RFC 5789, and QUERY: semantic conventions 1.45.0.
export const knownMethods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
]);
