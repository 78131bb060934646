import { messageOf } from '@sightline/base';
/** The subject fails a case. A listed deviation allows that. Any other error is a fault of the set-up. */
export class ConformanceFailure extends Error {
  override readonly name: string = 'ConformanceFailure';
}

export function expectThat(isTrue: boolean, otherwise: () => string): void {
  if (!isTrue) throw new ConformanceFailure(otherwise());
}

/** The message of a thrown value. */
export function reasonOf(error: unknown): string {
  return messageOf(error);
}

export function expectExactly(actual: unknown, expected: unknown): void {
  expectThat(Object.is(actual, expected), () => `Got ${String(actual)} where ${String(expected)} is right.`);
}
