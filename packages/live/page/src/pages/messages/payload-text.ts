/** As much of a payload as fits a row: `order=o-1 quantity=2`, with what differs among messages of a type first. */
export function payloadText(payload: unknown): string {
  if (typeof payload === 'string') return payload.slice(0, maxLength);
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    return jsonOf(payload).slice(0, maxLength);
  let text = '';
  for (const [name, value] of fieldsOf(payload)) {
    if (text.length > maxLength) break;
    text += `${text === '' ? '' : ' '}${name}=${fieldText(value)}`;
  }
  return text.slice(0, maxLength);
}

const maxLength = 300;
/** Deeper ones are shown as JSON. */
const maxDepth = 3;

/** Of events that are measured, the metadata say what happened; the measurements are mostly the same. */
function fieldsOf(payload: object): Array<readonly [name: string, value: unknown]> {
  const { measurements, metadata, ...others } = payload as Readonly<Record<string, unknown>>;
  if (!isPlain(measurements) || !isPlain(metadata)) return flat(payload, '', 1);
  return [...flat(metadata, '', 1), ...flat(others, '', 1), ...flat(measurements, '', 1)];
}

function flat(value: object, prefix: string, depth: number): Array<readonly [name: string, value: unknown]> {
  return Object.entries(value).flatMap(([key, each]) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    return isPlain(each) && depth < maxDepth && Object.keys(each).length > 0
      ? flat(each, name, depth + 1)
      : [[name, each] as const];
  });
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldText(value: unknown): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(6)));
  return typeof value === 'string' ? value : jsonOf(value);
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value) ?? '';
}
