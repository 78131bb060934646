/** Says, once each, what a traced bus does not trace: a process warning (`SIGHTLINE_BUS`). */
export class UntracedReports {
  readonly #reported = new Set<string>();

  classHandler(type: string, name: string): void {
    this.#report(
      `The handler of ${type} is a class (${name}), which the bus makes objects of: what they handle has no span. Register an object of it, or a function, instead.`,
    );
  }

  noHandler(method: string): void {
    this.#report(
      `${method} was called without a type and a handler (a function, or an object with ${handlerMethods.join(' or ')}), so what it registers has no span. Register each type with its handler.`,
    );
  }

  lazyResult(spanName: string, result: object): void {
    const kind = isObservable(result) ? 'an Observable' : 'a generator';
    this.#report(
      `"${spanName}" gave ${kind}, which works only when it is read: its span has ended before, without its failures. Give a promise instead, or make a span where it is read.`,
    );
  }

  #report(text: string): void {
    if (this.#reported.has(text) || this.#reported.size >= MAX_REPORTS) return;
    this.#reported.add(text);
    process.emitWarning(`[cqrs] ${text}`, { type: 'SightlineWarning', code: 'SIGHTLINE_BUS' });
  }
}

const MAX_REPORTS = 100;

/** What an object that handles may call it. */
export const handlerMethods: readonly string[] = ['handle', 'execute'];

/** Also one that was compiled to a function: its prototype has methods, or another one above. */
export function isClass(value: unknown): value is { readonly name: string } {
  if (typeof value !== 'function') return false;
  if (/^class\b/.test(Function.prototype.toString.call(value))) return true;
  const { prototype } = value as { readonly prototype?: unknown };
  // Generators have a prototype, too, but that is of no constructor.
  if (typeof prototype !== 'object' || prototype === null || !Object.hasOwn(prototype, 'constructor')) return false;
  return Object.getOwnPropertyNames(prototype).length > 1 || Object.getPrototypeOf(prototype) !== Object.prototype;
}

/** Whether the work of what a handler gave begins only with its consumer: an Observable, or a generator. */
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
