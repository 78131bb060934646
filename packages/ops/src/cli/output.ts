/** Where a command writes. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/** A command could not be run as it was given. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
