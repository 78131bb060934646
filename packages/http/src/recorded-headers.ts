import type { AttributeInputs } from '@sightline/tracing';

/** The headers to record on spans. Values of secret headers (`authorization`, `cookie`, `x-api-key`) are hidden. */
export interface RecordedHeaders {
  /** Names of request headers, in any case, to record as `http.request.header.<name>`. Default: none. */
  recordedRequestHeaders?: readonly string[] | undefined;
  /** Names of response headers, in any case, to record as `http.response.header.<name>`. Default: none. */
  recordedResponseHeaders?: readonly string[] | undefined;
}

/** Makes attributes of headers. @param valuesOf returns all values of a header, by its name in lower case */
export type HeaderAttributes = (valuesOf: (name: string) => readonly string[]) => AttributeInputs;

/** The recorders of `RecordedHeaders`; `undefined` if no header is named. */
export interface HeaderRecorder {
  readonly request: HeaderAttributes | undefined;
  readonly response: HeaderAttributes | undefined;
}

/** @throws TypeError for names that no header can have */
export function headerRecorder(
  { recordedRequestHeaders, recordedResponseHeaders }: RecordedHeaders,
  subject: string,
): HeaderRecorder {
  return {
    request: attributesFor('request', recordedRequestHeaders, `${subject} has recordedRequestHeaders`),
    response: attributesFor('response', recordedResponseHeaders, `${subject} has recordedResponseHeaders`),
  };
}

/**
 * Semantic conventions for HTTP: "`<key>` being the normalized HTTP Header name (lowercase), the value being the header values": a list
 * of strings also if there is only one.
 */
function attributesFor(
  side: 'request' | 'response',
  names: readonly string[] | undefined,
  subject: string,
): HeaderAttributes | undefined {
  if (names === undefined) return undefined;
  if (!Array.isArray(names)) throw new TypeError(`[http] ${subject}, which is no list. Pass names: ["x-tenant"].`);
  for (const name of names) {
    if (typeof name !== 'string' || !headerName.test(name)) {
      throw new TypeError(
        `[http] ${subject} ${JSON.stringify(name)}, which is no valid header name. Pass names: ["x-tenant"].`,
      );
    }
  }
  if (names.length === 0) return undefined;
  const keys = [...new Set(names.map((name: string) => name.toLowerCase()))].map(
    (name) => [name, `http.${side}.header.${name}`] as const,
  );
  return (valuesOf) => {
    const attributes: Record<string, string[]> = {};
    for (const [name, key] of keys) {
      const values = valuesOf(name);
      if (values.length > 0) attributes[key] = [...values];
    }
    return attributes;
  };
}

// A token (RFC 9110, section 5.6.2).
const headerName = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;
