import { type Context, context, trace } from '@opentelemetry/api';
import { currentContext, type Context as Fields } from '@sightline/context';
import { frameOf, runInFrame } from '@sightline/context/frame';
import { fieldsKey, spanKey } from '@sightline/tracing/tracer';
import { type RpcMetadata, rpcMetadataKey } from './rpc-metadata.js';

/**
 * The context of a request: `base` with the server span, its metadata and our fields. OpenTelemetry's context copies a Map and makes
 * three functions for each value; this one does so for what is added to it only.
 */
export class RequestContext implements Context {
  readonly #base: Context;
  readonly #rpc: RpcMetadata;
  readonly #fields: Fields;
  #copied: Context | undefined = undefined;

  constructor(base: Context, rpc: RpcMetadata, fields: Fields) {
    this.#base = base;
    this.#rpc = rpc;
    this.#fields = fields;
  }

  getValue(key: symbol): unknown {
    if (key === spanKey) return this.#rpc.span;
    if (key === fieldsKey) return this.#fields;
    return key === rpcMetadataKey ? this.#rpc : this.#base.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#copy().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#copy().deleteValue(key);
  }

  /** Calls a function in this context. The context manager of `@sightline/tracing` enters the fields with it; under others we do. */
  run<Args extends unknown[], T>(fn: (...args: Args) => T, ...args: Args): T {
    return context.with(this, runWithFields<Args, T>, undefined, this.#fields, fn, args);
  }

  /** Whether the call is in this very context. */
  get isActive(): boolean {
    return context.active() === this && currentContext() === this.#fields;
  }

  /** Whether the call is in this request, in whatever context within it. */
  get isAround(): boolean {
    return currentContext()?.request_id === this.#fields.request_id;
  }

  #copy(): Context {
    this.#copied ??= trace.setSpan(
      this.#base.setValue(rpcMetadataKey, this.#rpc).setValue(fieldsKey, this.#fields),
      this.#rpc.span,
    );
    return this.#copied;
  }
}

function runWithFields<Args extends unknown[], T>(fields: Fields, fn: (...args: Args) => T, args: Args): T {
  return currentContext() === fields ? fn(...args) : runInFrame(frameOf(fields), fn, ...args);
}
