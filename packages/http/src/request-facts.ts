/** The facts of a request when its head has arrived, independent of the framework. */
export interface RequestFacts {
  /** As the client sent it. */
  readonly method: string;
  readonly scheme: string;
  /** Origin form (`/a?b`), absolute form, or `*`. */
  readonly target: string;
  /** `Host` or `:authority`. */
  readonly host: string | undefined;
  /** `1.0`, `1.1` or `2`. */
  readonly protocolVersion: string | undefined;
  readonly clientAddress: string | undefined;
  readonly userAgent: string | undefined;
}

/** Path and query of a request target (RFC 9112, section 3.2), without fragment. */
export function splitTarget(target: string): { readonly path: string; readonly query: string | undefined } {
  const withoutOrigin = target.startsWith('/') ? target : target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '');
  const end = withoutOrigin.indexOf('#');
  const whole = end === -1 ? withoutOrigin : withoutOrigin.slice(0, end);
  const mark = whole.indexOf('?');
  if (mark === -1) return { path: whole === '' ? '/' : whole, query: undefined };
  return { path: mark === 0 ? '/' : whole.slice(0, mark), query: whole.slice(mark + 1) };
}

/** `example.com:8080`, `[::1]:80` or `example.com`. */
export function splitHost(host: string): { readonly address: string; readonly port: number | undefined } {
  const [, address = host, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(host) ?? [];
  return { address: address.replace(/^\[|\]$/g, ''), port: port === undefined ? undefined : Number(port) };
}
