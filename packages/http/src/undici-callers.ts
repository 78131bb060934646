import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, context } from '@opentelemetry/api';
import { isObject } from '@sightline/base';
import { bindContext, currentContext } from '@sightline/context';
import { withinFetch } from './carried-headers.js';
import { type Dispatch, type DispatcherPrototype, dispatcherPrototypes, dispatchKeys } from './undici-copies.js';

/**
 * Makes requests of undici run in the context of their callers, also queued and retried ones: undici starts them when a connection is
 * free, in the context of the previous request. Only `dispatch` runs in the context of the caller. Returns a function that stops
 * watching; several watchers may be active.
 * @param undici copies that cannot be found otherwise
 */
export function watchUndici(undici: readonly object[] = []): () => void {
  watchers++;
  wrapAll(dispatcherPrototypes(undici));
  searches = 0;
  let isWatching = true;
  return () => {
    if (!isWatching) return;
    isWatching = false;
    watchers--;
    if (watchers === 0) unwrapAll();
  };
}

/**
 * Whether the current context is that of the request's caller; called when undici creates the request. The caller is unknown for copies
 * of undici that were not found (in a bundle), and for handlers that serve several requests.
 */
export function isCallerKnown(): boolean {
  if (current === undefined) {
    // The request may come from a copy that was loaded, or made the global one, since.
    if (searches++ < MAX_SEARCHES) wrapAll(dispatcherPrototypes([]));
    return false;
  }
  for (let caller: Caller | undefined = current; caller !== undefined; caller = caller.outer) caller.isSent = true;
  return current.enter !== undefined;
}

interface Caller {
  /** The options of the handler's last dispatch. */
  opts: object;
  /** Whether undici has created the request. */
  isSent: boolean;
  readonly outer: Caller | undefined;
  /** `undefined` if it is unknown. */
  readonly enter: (<T>(fn: () => T) => T) | undefined;
}

const callers = new WeakMap<object, Caller>();
/** The caller of the running `dispatch`. */
let current: Caller | undefined;

/** Set around each dispatch, so that all events of a connection have it: they run in the context of the request that opened it. */
const isWithinUndici = new AsyncLocalStorage<boolean>();

const MAX_SEARCHES = 10;
let searches = 0;
let watchers = 0;
const wrapped: Array<() => void> = [];
const wrappers = new WeakSet<Dispatch>();

function wrapAll(prototypes: Iterable<DispatcherPrototype>): void {
  for (const prototype of prototypes) {
    for (const key of dispatchKeys(prototype)) {
      const descriptor = Object.getOwnPropertyDescriptor(prototype, key);
      const original = descriptor?.value as Dispatch;
      if (descriptor === undefined || wrappers.has(original)) continue;
      const wrapper = dispatching(original);
      wrappers.add(wrapper);
      if (!Reflect.defineProperty(prototype, key, { ...descriptor, value: wrapper })) continue;
      wrapped.push(() => {
        // Only if no other code has wrapped it since.
        if (prototype[key] === wrapper) Reflect.defineProperty(prototype, key, descriptor);
      });
    }
  }
}

function unwrapAll(): void {
  for (const restore of wrapped.splice(0)) restore();
}

function dispatching(original: Dispatch): Dispatch {
  return function dispatch(this: unknown, opts, handler) {
    const call = (): boolean => Reflect.apply(original, this, [opts, handler]);
    if (!isObject(opts) || !isObject(handler)) return call();
    const before = current;
    current = callerOf(this, opts, handler);
    const { enter } = current;
    const run = (): boolean => (enter === undefined ? call() : enter(call));
    try {
      return before === undefined ? isWithinUndici.run(true, run) : run();
    } finally {
      current = before;
    }
  };
}

function callerOf(dispatcher: unknown, opts: object, handler: object): Caller {
  const known = callers.get(handler);
  if (known !== undefined) {
    if (current === known) {
      known.opts = opts; // passed on from an agent to its pool, or from a pool to its client
      return known;
    }
    if (isMadeAgain(handler) || (known.opts === opts && !known.isSent)) return known;
    return { opts, isSent: false, outer: current, enter: undefined };
  }
  const isKnown =
    current === undefined ? isWithinUndici.getStore() !== true && !isOfPool(dispatcher) : current.enter !== undefined;
  const caller = { opts, isSent: false, outer: current, enter: isKnown ? enterCurrent() : undefined };
  callers.set(handler, caller);
  return caller;
}

/** Returns a function that runs others in the current contexts. */
function enterCurrent(): NonNullable<Caller['enter']> {
  const around: Context = context.active();
  const fields = currentContext();
  const within = withinFetch.getStore();
  const bound = bindContext((fn: () => unknown) => context.with(around, () => withinFetch.run(within, fn)));
  return <T>(fn: () => T): T => {
    const isHere = context.active() === around && currentContext() === fields && withinFetch.getStore() === within;
    return isHere ? fn() : (bound(fn) as T);
  };
}

/** Whether undici's handler dispatches again by itself, after an answer (retry, redirect). */
function isMadeAgain(handler: object): boolean {
  return (
    'retryOpts' in handler ||
    ('maxRedirections' in handler && 'history' in handler) ||
    handler.constructor?.name === 'DNSDispatchHandler'
  );
}

/**
 * Whether another dispatcher has created this client or pool and listens to it. If it is not called within a call of that one, its
 * request was queued before the dispatcher was wrapped.
 */
function isOfPool(dispatcher: unknown): boolean {
  const { listenerCount } = dispatcher as Partial<NodeJS.EventEmitter>;
  if (typeof listenerCount !== 'function') return false;
  return ['drain', 'connect', 'disconnect', 'connectionError'].every(
    (event) => listenerCount.call(dispatcher as never, event) > 0,
  );
}
