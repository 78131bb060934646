/** What records a request of a server, and keeps itself at the request under this member. `undefined` there: nothing may record it. */
export const observedRequestKey: unique symbol = Symbol.for('sightline.http.request.v1') as never;

/**
 * Takes a request out of what the service records of its requests: for a page of ours that answers in the service's own server. What has
 * begun to record it forgets it; what meets it later leaves it alone. Never throws.
 */
export function leaveUnobserved(request: object): void {
  try {
    (request as { [observedRequestKey]?: { discard?(): void } })[observedRequestKey]?.discard?.();
    Object.defineProperty(request, observedRequestKey, { value: undefined, configurable: true });
  } catch {
    // A frozen request, or a proxy: it is recorded like any other.
  }
}
