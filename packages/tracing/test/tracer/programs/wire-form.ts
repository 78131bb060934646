import { countedIdPattern } from './counted-ids.js';

/**
 * A decoded request in a form to compare: attributes by name, whose order means nothing; no members that are empty messages; and
 * generated ids as numbers in order of their appearance, because OpenTelemetry's SDK draws ids for spans that nothing shows, too.
 */
export function wireForm(request: unknown): unknown {
  const ids = new Map<string, string>();

  const idForm = (id: string): string => {
    const known = ids.get(id) ?? `id ${ids.size + 1}`;
    ids.set(id, known);
    return known;
  };

  const formOf = (value: unknown, keepsEmpty = false): unknown => {
    if (typeof value === 'string') return value.replace(countedIdPattern, idForm); // Jaeger's warnings name some
    if (Array.isArray(value)) return value.map((each) => formOf(each, keepsEmpty));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, each]) => {
        if (name === 'attributes' && Array.isArray(each)) return [[name, formOf(byName(each), true)]];
        const form = formOf(each, keepsEmpty);
        return isEmpty(form) && !keepsEmpty ? [] : [[name, form]];
      }),
    );
  };

  return formOf(request);
}

/** Of `{ key, value }`, or of alternating names and values. */
function byName(attributes: readonly unknown[]): unknown {
  const pairs = isKeyValue(attributes[0])
    ? (attributes as ReadonlyArray<{ key: string; value: unknown }>).map(({ key, value }) => [key, value] as const)
    : Array.from(
        { length: attributes.length / 2 },
        (_, i) => [attributes[2 * i] as string, attributes[2 * i + 1]] as const,
      );
  return [...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function isKeyValue(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'key' in value;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
