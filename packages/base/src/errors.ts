/** A metric was declared wrongly, or the collector was given wrong options. Thrown at start-up; the message says what to change. */
export class DeclarationError extends Error {
  override readonly name: string = 'DeclarationError';
}

/** A recording was wrong. Thrown only with `strict: true`; counted otherwise. */
export class RecordingError extends Error {
  override readonly name: string = 'RecordingError';
}

/** A flush left something behind; `errors` holds one error per backend that failed. */
export class FlushError extends Error {
  override readonly name: string = 'FlushError';
  readonly errors: readonly Error[];

  constructor(message: string, errors: readonly Error[]) {
    super(message, { cause: errors[0] });
    this.errors = errors;
  }
}

/** Something did not finish within its deadline. */
export class DeadlineError extends Error {
  override readonly name: string = 'DeadlineError';
}
