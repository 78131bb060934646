import type { Span } from '@opentelemetry/api';
import type { AttributeInputs } from './attribute-policy.js';
import { describeCall } from './describe-call.js';
import type { SpanOptions } from './span-options.js';

/** Options of `traced`; attributes may be computed from the arguments of the call. */
export type TracedOptions<
  Args extends readonly unknown[] = readonly never[],
  Options extends SpanOptions = SpanOptions,
> = Omit<Options, 'attributes'> & {
  /** A function gets the arguments of the call, and is called only if the span is recorded. Arguments are not recorded otherwise. */
  attributes?: AttributeInputs | ((...args: Args) => AttributeInputs) | undefined;
  /**
   * Whether the span has the events `<name> started` and `<name> completed`, and the attributes `success`, `duration_seconds`, and
   * for a failure `error.type` and `error.message`. Default false: a span's times and status say the same.
   */
  describesCall?: boolean | undefined;
};

/** Any function, as `traced` takes it. */
// biome-ignore lint/suspicious/noExplicitAny: only `any` accepts functions of every kind of `this` and parameters
export type AnyFunction = (this: any, ...args: any[]) => any;

/** A decorator for methods, of either kind: of the language (TC39) and of TypeScript's `experimentalDecorators`. */
export interface MethodDecorator {
  <F extends AnyFunction>(method: F, context: DecoratorContext): F;
  <F extends AnyFunction>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): TypedPropertyDescriptor<F>;
}

/** The common fields of `ClassMethodDecoratorContext` and the context of a field that holds a function. */
interface DecoratorContext {
  readonly kind: 'method';
  readonly name: string | symbol;
}

/**
 * Wraps a function so that every call runs in a span: `traced('load order', loadOrder)`. `this`, arguments, result, name and
 * number of parameters do not change. Without a function it is a decorator: `@traced()` names the span `Class.method`.
 */
export interface Traced<Options extends SpanOptions = SpanOptions> {
  <F extends AnyFunction>(name: string, fn: F): F;
  <F extends AnyFunction>(name: string, options: TracedOptions<Parameters<F>, Options>, fn: F): F;
  // biome-ignore lint/suspicious/noExplicitAny: the arguments are those of the method that follows, which is not known yet
  (name?: string | undefined, options?: TracedOptions<any[], Options> | undefined): MethodDecorator;
}

/** Runs `fn` in a span of that name. */
type RunSpan<Options extends SpanOptions> = <T>(name: string, options: Options, fn: (span?: Span) => T) => T;

/** Makes a `traced` that runs each call by `run`. Passes the options on unchanged, but for `attributes`. */
export function tracedBy<Options extends SpanOptions = SpanOptions>(run: RunSpan<Options>): Traced<Options> {
  const runSpan = run as RunSpan<SpanOptions>;
  return ((name?: string, second?: TracedOptions<unknown[]> | AnyFunction, third?: AnyFunction) => {
    const fn = typeof second === 'function' ? second : third;
    const options = typeof second === 'object' ? second : {};
    if (fn === undefined) return methodDecorator(runSpan, name, options);
    if (typeof name !== 'string' || typeof fn !== 'function') {
      throw new TypeError('[tracing] traced needs a name, options and a function: traced("load order", loadOrder).');
    }
    return wrapped(runSpan, () => name, options, fn);
  }) as Traced<Options>;
}

function wrapped(
  runSpan: RunSpan<SpanOptions>,
  nameFor: (self: unknown) => string,
  { attributes, describesCall = false, ...options }: TracedOptions<unknown[]>,
  fn: AnyFunction,
): AnyFunction {
  function call(this: unknown, ...args: unknown[]): unknown {
    const own =
      typeof attributes === 'function'
        ? { ...options, attributes: () => attributes(...args) }
        : { ...options, attributes };
    const name = nameFor(this);
    if (!describesCall) return runSpan(name, own, () => fn.apply(this, args));
    return runSpan(name, own, (span) => describeCall(name, span, () => fn.apply(this, args)));
  }
  // Frameworks distinguish kinds of handlers by their number of parameters.
  return Object.defineProperties(call, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
  });
}

function methodDecorator(runSpan: RunSpan<SpanOptions>, name: string | undefined, options: TracedOptions<unknown[]>) {
  return (first: unknown, second: unknown, third: unknown): unknown => {
    if (isDecoratorContext(second)) {
      if (second.kind !== 'method' || typeof first !== 'function') throw notAMethod(second.name);
      return wrapped(runSpan, nameOf(name, undefined, second.name), options, first as AnyFunction);
    }
    const key = second as string | symbol;
    const method: unknown = (third as PropertyDescriptor | undefined)?.value;
    if (typeof method !== 'function') throw notAMethod(key);
    return {
      ...(third as PropertyDescriptor),
      value: wrapped(runSpan, nameOf(name, first, key), options, method as AnyFunction),
    };
  };
}

function isDecoratorContext(value: unknown): value is { kind: string; name: string | symbol } {
  return typeof value === 'object' && value !== null && typeof (value as { kind?: unknown }).kind === 'string';
}

/** @param home the class or prototype of an `experimentalDecorators` method; the language's own decorators do not get it */
function nameOf(name: string | undefined, home: unknown, key: string | symbol): (self: unknown) => string {
  if (name !== undefined) return () => name;
  const method = typeof key === 'symbol' ? (key.description ?? 'symbol') : key;
  if (home !== undefined) {
    const fixed = `${classNameOf(home)}.${method}`;
    return () => fixed;
  }
  return (self) => `${classNameOf(self)}.${method}`;
}

function classNameOf(self: unknown): string {
  if (typeof self === 'function') return self.name === '' ? 'class' : self.name;
  const { constructor: home } = (self ?? {}) as { constructor?: unknown };
  return typeof home === 'function' && home.name !== '' ? home.name : 'class';
}

function notAMethod(key: string | symbol): TypeError {
  return new TypeError(
    `[tracing] @traced is for methods, but "${String(key)}" is none. Wrap a function that a field holds: traced("name", fn).`,
  );
}
