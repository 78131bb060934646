/** Wrong options in code, or, with `SIGHTLINE_STRICT=true`, wrong environment variables. Thrown at set-up. */
export class ConfigurationError extends Error {
  override readonly name: string = 'ConfigurationError';
  /** One sentence or two each: what is wrong, and what to do. */
  readonly problems: readonly string[];

  /** @param subject the package that was configured, such as `sdk` */
  constructor(problems: readonly string[], subject = 'sdk') {
    super(`[${subject}] ${asText('The configuration has', problems)}`);
    this.problems = problems;
  }
}

/** All problems in one message: a single one as it is, several as a list. */
export function asText(subject: string, problems: readonly string[]): string {
  const [first = '', ...others] = problems;
  return others.length === 0 ? first : `${subject} ${problems.length} problems:\n  ${problems.join('\n  ')}`;
}
