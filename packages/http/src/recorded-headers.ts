import type { OptionsOf, ResolvedOf } from '@sightline/settings/fields';
import type { AttributeInputs } from '@sightline/tracing';

const namesField = {
  type: 'list',
  // A token (RFC 9110, section 5.6.2).
  isEach: (name: string): boolean => typeof name === 'string' && /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/.test(name),
  default: [] as readonly string[],
  advice: 'give a list of names of headers, such as ["x-tenant"]',
} as const;

export const recordedFields = {
  /** Names of request headers, in any case, to record as `http.request.header.<name>`. Default: none. */
  recordedRequestHeaders: namesField as typeof namesField,
  /** Names of response headers, in any case, to record as `http.response.header.<name>`. Default: none. */
  recordedResponseHeaders: namesField as typeof namesField,
} as const;

/** The headers to record on spans. Values of secret headers (`authorization`, `cookie`, `x-api-key`) are hidden. */
export interface RecordedHeaders extends OptionsOf<typeof recordedFields> {}

/** Makes attributes of headers. @param valuesOf returns all values of a header, by its name in lower case */
export type HeaderAttributes = (valuesOf: (name: string) => readonly string[]) => AttributeInputs;

/** The recorders of `RecordedHeaders`; `undefined` if no header is named. */
export interface HeaderRecorder {
  readonly request: HeaderAttributes | undefined;
  readonly response: HeaderAttributes | undefined;
}

export function headerRecorder({
  recordedRequestHeaders,
  recordedResponseHeaders,
}: ResolvedOf<typeof recordedFields>): HeaderRecorder {
  return {
    request: attributesFor('request', recordedRequestHeaders),
    response: attributesFor('response', recordedResponseHeaders),
  };
}

/**
 * Semantic conventions for HTTP: "`<key>` being the normalized HTTP Header name (lowercase), the value being the header values": a list
 * of strings also if there is only one.
 */
function attributesFor(side: 'request' | 'response', names: readonly string[]): HeaderAttributes | undefined {
  if (names.length === 0) return undefined;
  const keys = [...new Set(names.map((name) => name.toLowerCase()))].map(
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
