/** A decoded message without what proto3 reads as absent: 0, '', empty lists and messages. Values keep what is in them. */
export function withoutDefaults(value: unknown): unknown {
  return without(value, isDefault);
}

type IsAbsent = (member: unknown, name: string) => boolean;

function without(value: unknown, isAbsent: IsAbsent): unknown {
  if (Array.isArray(value)) return value.map((each) => without(each, isAbsent));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).flatMap(([name, each]) => {
    if (name === 'value' || name === 'body') return [[name, without(each, isDefaultInValue)]];
    const member = without(each, isAbsent);
    return isAbsent(member, name) ? [] : [[name, member]];
  });
  return Object.fromEntries(kept);
}

/** The presence of an AnyValue's members counts. */
function isDefaultInValue(value: unknown, name: string): boolean {
  return name === 'key' ? value === '' : Array.isArray(value) && value.length === 0;
}

function isDefault(value: unknown): boolean {
  if (value === 0 || value === '0' || value === '') return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
