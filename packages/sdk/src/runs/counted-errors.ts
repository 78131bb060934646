import { isObjectOrFunction } from '@sightline/base';
/** The errors of one run that have been counted, so that one that passes through a step and the run counts once. */
export class CountedErrors {
  readonly #objects = new WeakSet<object>();
  #lastPlain: unknown = nothing;

  /** Whether neither the error nor what it was caused by has been counted. From then on it has been. */
  isNew(error: unknown): boolean {
    if (!isObjectOrFunction(error)) {
      const isNew = error !== this.#lastPlain;
      this.#lastPlain = error;
      return isNew;
    }
    const isKnown = causesOf(error).some((each) => this.#objects.has(each));
    this.#objects.add(error);
    return !isKnown;
  }
}

/** Unlike anything that is thrown, `undefined` included. */
const nothing = Symbol('nothing');
const MAX_CAUSES = 10;

/** The error, then what caused it. */
function causesOf(error: object): object[] {
  const causes: object[] = [];
  for (let each: unknown = error; isObjectOrFunction(each) && causes.length < MAX_CAUSES; each = causeOf(each))
    causes.push(each);
  return causes;
}

function causeOf(error: object): unknown {
  try {
    return Reflect.get(error, 'cause');
  } catch {
    return undefined; // an error that throws when it is read
  }
}
