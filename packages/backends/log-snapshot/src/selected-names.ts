/** A metric's declared name or a pattern. In a string `*` stands for any characters. */
export type NamePattern = string | RegExp;

/** Whether a name is written: it matches one of `include` and none of `exclude`. */
export function selectNames(
  include: readonly NamePattern[],
  exclude: readonly NamePattern[],
): (name: string) => boolean {
  const included = include.map(expressionOf);
  const excluded = exclude.map(expressionOf);
  return (name) => included.some((pattern) => pattern.test(name)) && !excluded.some((pattern) => pattern.test(name));
}

function expressionOf(pattern: NamePattern): RegExp {
  // Global and sticky expressions keep their position and would match every other time only.
  if (typeof pattern !== 'string') return new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ''));
  const literal = pattern.split('*').map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 's');
}
