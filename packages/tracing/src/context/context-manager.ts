import { EventEmitter } from 'node:events';
import { type Context, type ContextManager as ContextManagerApi, ROOT_CONTEXT } from '@opentelemetry/api';
import { currentFrame, enterFrame, Frame, runInFrame } from '@sightline/context/frame';
import { boundEmitter } from './bound-emitter.js';
import { contextWithFields, fieldsOf } from './span-layer.js';

/**
 * OpenTelemetry's context manager over the storage of our own fields. A context that is read while fields are there has them: they
 * follow the functions and emitters that are bound to it. A context without fields, such as `ROOT_CONTEXT`, leaves the caller's.
 */
export class ContextManager implements ContextManagerApi {
  active(): Context {
    const frame = currentFrame();
    return frame === undefined ? ROOT_CONTEXT : contextOf(frame);
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const call = thisArg === undefined || thisArg === null ? fn : (fn.bind(thisArg) as F);
    return runInFrame<A, ReturnType<F>>(frameFor(context), call, ...args);
  }

  /** As `with`, for a function of one argument. */
  run<Arg, T>(context: Context, fn: (arg: Arg) => T, arg: Arg): T {
    return runInFrame(frameFor(context), fn, arg);
  }

  bind<T>(context: Context, target: T): T {
    if (target instanceof EventEmitter) return boundEmitter(target, (listener) => this.bind(context, listener));
    return typeof target === 'function'
      ? (this.#bound(context, target as unknown as AnyFunction) as unknown as T)
      : target;
  }

  enable(): this {
    return this;
  }

  /** Ends the context of the current execution. The storage stays: it holds the fields of requests, too. */
  disable(): this {
    const frame = currentFrame();
    if (frame?.trace !== undefined) enterFrame(new Frame(frame.fields, undefined));
    return this;
  }

  /** Makes `context` the active one for the rest of this execution. `dispose` restores the one before, once. */
  attach(context: Context): { dispose(): void } {
    const before = currentFrame();
    enterFrame(frameFor(context));
    let isDisposed = false;
    return {
      dispose() {
        if (isDisposed) return;
        isDisposed = true;
        enterFrame(before);
      },
    };
  }

  #bound(context: Context, target: AnyFunction): AnyFunction {
    const manager = this;
    function bound(this: unknown, ...args: unknown[]): unknown {
      return manager.with(context, target, this, ...args);
    }
    return Object.defineProperty(bound, 'length', { value: target.length, configurable: true });
  }
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Callers without types may pass no context: the function then runs without one, as under OpenTelemetry's manager. */
function frameFor(context: Context | null | undefined): Frame {
  const own = context === undefined || context === null ? undefined : fieldsOf(context);
  return new Frame(own === undefined ? currentFrame()?.fields : (own ?? undefined), context ?? undefined);
}

/** The context that code in this frame sees: one that knows its fields. */
function contextOf(frame: Frame): Context {
  frame.view ??= viewOf(frame);
  return frame.view as Context;
}

function viewOf({ trace, fields }: Frame): Context {
  const context = (trace as Context | undefined) ?? ROOT_CONTEXT;
  const own = fieldsOf(context);
  const isSame = (own ?? undefined) === fields;
  return isSame ? context : contextWithFields(context, fields);
}
