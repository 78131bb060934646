/**
 * The media type of an answer that a client prefers (RFC 9110, section 12.5.1), of those that there are: by the client's weights, and of
 * equal ones the first. `undefined` if it takes none.
 * @param accept the request's `Accept`; without one, everything is taken
 */
export function acceptedType<Type extends string>(
  accept: string | undefined,
  available: readonly Type[],
): Type | undefined {
  if (accept === undefined || accept.trim() === '') return available[0];
  const ranges = accept.split(',').slice(0, MAX_RANGES).map(rangeOf);
  let best: { type: Type; weight: number } | undefined;
  for (const type of available) {
    const weight = weightOf(type, ranges);
    if (weight > (best?.weight ?? 0)) best = { type, weight };
  }
  return best?.type;
}

interface Range {
  readonly type: string;
  readonly weight: number;
}

const MAX_RANGES = 50;

function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((each) => each.trim().toLowerCase());
  const weight = parameters.find((each) => each.startsWith('q='))?.slice(2);
  const number = weight === undefined ? 1 : Number(weight);
  return { type, weight: number >= 0 && number <= 1 ? number : 0 };
}

/** That of the most precise range that holds the type. */
function weightOf(type: string, ranges: readonly Range[]): number {
  for (const pattern of [type, `${type.slice(0, type.indexOf('/'))}/*`, '*/*']) {
    const found = ranges.find((range) => range.type === pattern);
    if (found !== undefined) return found.weight;
  }
  return 0;
}
