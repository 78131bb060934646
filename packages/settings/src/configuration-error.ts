/** Wrong options in code, or, with `SIGHTLINE_STRICT=true`, wrong environment variables. Thrown at set-up. */
export class ConfigurationError extends Error {
  override readonly name: string = 'ConfigurationError';
  /** One or two sentences each: what is wrong and what to do. */
  readonly problems: readonly string[];

  /** @param subject the package that was configured, such as `sdk` */
  constructor(problems: readonly string[], subject = 'sdk') {
    super(`[${subject}] ${problemsMessage('The configuration has', problems)}`);
    this.problems = problems;
  }
}

/** All problems as one message: a single one unchanged, several as a list. */
export function problemsMessage(subject: string, problems: readonly string[]): string {
  const [first = '', ...others] = problems;
  return others.length === 0 ? first : `${subject} ${problems.length} problems:\n  ${problems.join('\n  ')}`;
}
