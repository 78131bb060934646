import type { AttributeInputs } from '@sightline/tracing';

/** Which headers spans have. Values that name a secret (`authorization`, `cookie`, `x-api-key`) are hidden as in any attribute. */
export interface RecordedHeaders {
  /** Names of request headers, in any case, which spans have as `http.request.header.<name>`. Default: none. */
  recordedRequestHeaders?: readonly string[] | undefined;
  /** Names of response headers, in any case, which spans have as `http.response.header.<name>`. Default: none. */
  recordedResponseHeaders?: readonly string[] | undefined;
}

/** Makes attributes of headers; all values of one, by its name in lower case. */
export type HeaderAttributes = (valuesOf: (name: string) => readonly string[]) => AttributeInputs;

/** What `RecordedHeaders` ask for; `undefined` where that is nothing. */
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
 * Semantic conventions for HTTP: "`<key>` being the normalized HTTP Header name (lowercase), the value being the header values", which is
 * a list of texts also where there is one.
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
        `[http] ${subject} ${JSON.stringify(name)}, which no header is called. Pass names: ["x-tenant"].`,
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
