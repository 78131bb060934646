/** One element of `Accept` or `Accept-Encoding`: RFC 9110, sections 12.5.1 and 12.5.3. */
export interface Weighted {
  /** Lower-case. */
  readonly value: string;
  /** Lower-case names and values, without `q`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** From 0 to 1. Default: 1. */
  readonly q: number;
}

/** Reads a header with q-values. Ignores elements that break the grammar: a wrong header never fails a scrape. */
export function parseWeightedList(header: string): Weighted[] {
  return splitOutsideQuotes(header, ',').flatMap((element) => {
    const [value = '', ...rest] = splitOutsideQuotes(element, ';').map((part) => part.trim().toLowerCase());
    const parameters = new Map(rest.flatMap(parameterOf));
    const q = parameters.get('q') ?? '1';
    parameters.delete('q');
    return value === '' || !qValue.test(q) ? [] : [{ value, parameters, q: Number(q) }];
  });
}

const qValue = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

function parameterOf(text: string): Array<[name: string, value: string]> {
  const equals = text.indexOf('=');
  if (equals <= 0) return [];
  const value = text.slice(equals + 1).trim();
  return [[text.slice(0, equals).trim(), value.replace(/^"(.*)"$/s, '$1').replaceAll(/\\(.)/gs, '$1')]];
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (isQuoted && char === '\\') i++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === separator && !isQuoted) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
