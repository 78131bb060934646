/** Reports by process warnings (`SIGHTLINE_BUS`), once each, what a traced bus cannot trace. */
export class UntracedReports {
  readonly #reported = new Set<string>();

  classHandler(type: string, name: string): void {
    this.#report(
      `The handler of ${type} is a class (${name}) that the bus instantiates: its handling has no span. Register an instance or a function instead.`,
    );
  }

  noHandler(method: string): void {
    this.#report(
      `${method} was called without a type and a handler (a function, or an object with ${handlerMethods.join(' or ')}), so the handling has no span. Register each type with its handler.`,
    );
  }

  lazyResult(spanName: string, result: object): void {
    const kind = isObservable(result) ? 'an Observable' : 'a generator';
    this.#report(
      `"${spanName}" returned ${kind}, which runs only when it is read: its span has ended before, without its failures. Return a promise instead, or start a span in the code that reads it.`,
    );
  }

  failedTypeOf(): void {
    this.#report('typeOf threw or gave no string for a message: its type is "unknown". Give a string, or undefined.');
  }

  #report(text: string): void {
    if (this.#reported.has(text) || this.#reported.size >= MAX_REPORTS) return;
    this.#reported.add(text);
    process.emitWarning(`[cqrs] ${text}`, { type: 'SightlineWarning', code: 'SIGHTLINE_BUS' });
  }
}

const MAX_REPORTS = 100;

/** Names of the handling method of an object. */
export const handlerMethods: readonly string[] = ['handle', 'execute'];

/** Also recognises a class compiled to a function: its prototype has methods, or a prototype of its own. */
export function isClass(value: unknown): value is { readonly name: string } {
  if (typeof value !== 'function') return false;
  if (/^class\b/.test(Function.prototype.toString.call(value))) return true;
  const { prototype } = value as { readonly prototype?: unknown };
  // Generators have a prototype, too, but without a constructor.
  if (typeof prototype !== 'object' || prototype === null || !Object.hasOwn(prototype, 'constructor')) return false;
  return Object.getOwnPropertyNames(prototype).length > 1 || Object.getPrototypeOf(prototype) !== Object.prototype;
}

/** Whether a result does its work only when it is consumed: an Observable, or a generator. */
export function isLazy(result: unknown): result is object {
  if (typeof result !== 'object' || result === null) return false;
  try {
    return isObservable(result) || isGenerator(result);
  } catch {
    return false; // a getter or a proxy that throws
  }
}

function isObservable(value: object): boolean {
  const { subscribe, pipe, '@@observable': interop } = value as Readonly<Record<string, unknown>>;
  return typeof subscribe === 'function' && (typeof pipe === 'function' || typeof interop === 'function');
}

function isGenerator(value: object): boolean {
  return /^\[object (?:Async)?Generator\]$/.test(Object.prototype.toString.call(value));
}
