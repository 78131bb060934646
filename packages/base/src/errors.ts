import { isObject } from './value-kinds.js';

/**
 * Makes `instanceof` true for errors of every copy of this package: a service may have several (ES modules and CommonJS, a bundle,
 * the copy within `@sightline/core`).
 */
function brand(ofClass: { readonly prototype: object }, name: string): void {
  const symbol = Symbol.for(`sightline.${name}`);
  Object.defineProperty(ofClass.prototype, symbol, { value: true });
  Object.defineProperty(ofClass, Symbol.hasInstance, {
    value(this: object, value: unknown): boolean {
      if (this !== ofClass) return Function.prototype[Symbol.hasInstance].call(this, value); // a subclass
      try {
        return isObject<Readonly<Record<symbol, unknown>>>(value) && value[symbol] === true;
      } catch {
        return false; // a revoked proxy, or a double that refuses to be read
      }
    },
  });
}

/** A wrong declaration or a wrong option of the collector. Thrown at start-up. The message says what to change. */
export class DeclarationError extends Error {
  override readonly name: string = 'DeclarationError';
}

/** A wrong recording. Thrown only with `strict: true`; counted otherwise. */
export class RecordingError extends Error {
  override readonly name: string = 'RecordingError';
}

/** A flush did not hand over everything. `errors` holds one error per backend that failed. */
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

brand(DeclarationError, 'DeclarationError');
brand(RecordingError, 'RecordingError');
brand(FlushError, 'FlushError');
brand(DeadlineError, 'DeadlineError');
