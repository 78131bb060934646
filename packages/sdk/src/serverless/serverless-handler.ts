import { isThenable } from '@sightline/base';
import { type OptionsOf, resolveFields } from '@sightline/settings/fields';
import { flushWithin, remainingMs } from './flush-within.js';
import { type InvocationContext, Invocations, type Outcome, type ServerlessObservability } from './invocation.js';

const serverlessFields = {
  /** Longest time that sending may take after an invocation, in milliseconds. Default: 2000, and never beyond the invocation's own end. */
  timeoutMs: { type: 'milliseconds', default: 2000 },
} as const;

export interface ServerlessOptions extends OptionsOf<typeof serverlessFields> {}

/**
 * Wraps a function of a serverless platform: each invocation is a span that continues what the event carries (requests of API Gateway,
 * function URLs and ALB; batches of SQS and SNS, which are linked to), its lines carry `request_id`, a failure leaves a line, and
 * everything recorded has been handed over before it ends, when the platform may freeze the process. What cannot be sent in time goes with
 * the next invocation.
 *
 * The platform sees what it sees without us: results, errors, the number of parameters, whether it is an `async` function, the marks of
 * `awslambda.streamifyResponse`. Callbacks (`callback`, `context.done`) are passed on once everything was handed over.
 */
export function serverlessHandler<Args extends readonly unknown[], Result>(
  obs: ServerlessObservability,
  handler: (...args: Args) => Result,
  options: ServerlessOptions = {},
): (...args: Args) => Result | Promise<Awaited<Result>> {
  if (typeof handler !== 'function' || typeof obs?.flush !== 'function') {
    throw new TypeError('[sdk] serverlessHandler takes an observability and a function.');
  }
  const { timeoutMs } = resolveFields('sdk', serverlessFields, options, 'serverlessHandler');
  const invocations = new Invocations(obs);

  function invoke(this: unknown, args: Args): Result | Promise<Awaited<Result>> {
    const { context, stream, callback } = rolesOf(args);
    const invocation = invocations.begin(args[0], context);
    let ending: Promise<void> | undefined;
    // The first end counts; a later one waits for it, too.
    const finish = (outcome: Outcome): Promise<void> => {
      ending ??= end(outcome);
      return ending;
    };
    const end = async (outcome: Outcome): Promise<void> => {
      if (stream !== undefined && 'value' in outcome) await streamEnd(stream, context);
      invocation.end(outcome);
      await flushWithin(obs, timeoutMs, context);
    };
    const given = [...args] as unknown[] as [...Args];
    if (callback !== undefined) {
      Reflect.set(given, 2, endingFirst(callback, finish));
      endContextFirst(context, finish);
    }
    let result: Result;
    try {
      result = invocation.enter(() => handler.apply(this, given));
    } catch (error) {
      return finish({ error }).then(() => Promise.reject(error));
    }
    if (isThenable(result)) {
      return Promise.resolve(result).then(
        (value) => finish({ value }).then(() => value),
        (error: unknown) => finish({ error }).then(() => Promise.reject(error)),
      ) as Promise<Awaited<Result>>;
    }
    // A runtime that gives a callback waits for it, or for the event loop, and ignores what is returned. One that gives a stream
    // refuses what is no promise.
    if (callback !== undefined) return result;
    const ended = finish({ value: result });
    return stream === undefined ? ended.then(() => result as Awaited<Result>) : result;
  }

  const isAsync = handler.constructor?.name === 'AsyncFunction';
  const wrapped = isAsync
    ? async function (this: unknown, ...args: Args) {
        return invoke.call(this, args);
      }
    : function (this: unknown, ...args: Args) {
        return invoke.call(this, args);
      };
  return withPropertiesOf(handler, wrapped as (...args: Args) => Result | Promise<Awaited<Result>>);
}

interface ResponseStream {
  readonly writableFinished?: boolean;
  readonly destroyed?: boolean;
  once(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

type Callback = (error?: unknown, result?: unknown) => void;

/** AWS Lambda calls `(event, context, callback)`, and for a streamed response `(event, responseStream, context)`. */
function rolesOf(args: readonly unknown[]): {
  context: InvocationContext | undefined;
  stream: ResponseStream | undefined;
  callback: Callback | undefined;
} {
  const [, second, third] = args;
  if (isStream(second)) return { context: asObject(third), stream: second, callback: undefined };
  const callback = typeof third === 'function' ? (third as Callback) : undefined;
  return { context: asObject(second), stream: undefined, callback };
}

function isStream(value: unknown): value is ResponseStream {
  return ['write', 'end', 'once', 'off'].every((name) => typeof Reflect.get(Object(value), name) === 'function');
}

function asObject(value: unknown): InvocationContext | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}

/** Calls `callback` when the invocation was recorded and handed over. */
function endingFirst(callback: Callback, finish: (outcome: Outcome) => Promise<void>): Callback {
  return function (this: unknown, ...given: Parameters<Callback>) {
    const [error, value] = given;
    const outcome = error === undefined || error === null ? { value } : { error };
    void finish(outcome).then(() => callback.apply(this, given));
  };
}

/** `context.done`, `succeed` and `fail` of runtimes before Node.js 24. */
function endContextFirst(context: InvocationContext | undefined, finish: (outcome: Outcome) => Promise<void>): void {
  if (context === undefined) return;
  const outcomes: Readonly<Record<string, (given: readonly unknown[]) => Outcome>> = {
    succeed: ([value]) => ({ value }),
    fail: ([error]) => ({ error }),
    done: ([error, value]) => (error === undefined || error === null ? { value } : { error }),
  };
  for (const [name, outcomeOf] of Object.entries(outcomes)) {
    const method: unknown = Reflect.get(context, name);
    if (typeof method !== 'function') continue;
    Reflect.set(context, name, function (this: unknown, ...given: unknown[]) {
      void finish(outcomeOf(given)).then(() => method.apply(this, given));
    });
  }
}

const STREAM_END_MS = 30_000;

/** Resolves when the response has left, or will not, or the time is over. */
function streamEnd(stream: ResponseStream, context: InvocationContext | undefined): Promise<void> {
  if (stream.writableFinished === true || stream.destroyed === true) return Promise.resolve();
  const leftMs = remainingMs(context) - STREAM_RESERVED_MS;
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      for (const event of ['finish', 'close']) stream.off(event, end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, Math.min(leftMs, STREAM_END_MS)));
    for (const event of ['finish', 'close']) stream.once(event, end);
  });
}

/** So that something is left for handing over where a stream never ends. */
const STREAM_RESERVED_MS = 500;

/** Runtimes look at the number of parameters, and at marks such as `Symbol.for('aws.lambda.runtime.handler.streaming')`. */
function withPropertiesOf<Fn extends object>(handler: object, wrapped: Fn): Fn {
  for (const key of Reflect.ownKeys(handler)) {
    if (key === 'prototype' || key === 'arguments' || key === 'caller') continue;
    Object.defineProperty(wrapped, key, Object.getOwnPropertyDescriptor(handler, key) as PropertyDescriptor);
  }
  return wrapped;
}
