/** A decoded message without members that are empty messages: whether they are there means nothing. A value stays as it is. */
export function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).flatMap(([name, each]) => {
    if (name === 'value' || name === 'body') return [[name, each]];
    const member = withoutDefaults(each);
    return isEmpty(member) ? [] : [[name, member]];
  });
  return Object.fromEntries(kept);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
