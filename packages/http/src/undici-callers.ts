import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, context } from '@opentelemetry/api';
import { isObject } from '@sightline/base';
import { bindContext, currentContext } from '@sightline/context';
import { withinFetch } from './carried-headers.js';
import { type Dispatch, type DispatcherPrototype, dispatcherPrototypes, dispatchKeys } from './undici-copies.js';

/**
 * Makes requests of undici run in the context of their callers, also those that a pool without a free connection keeps, or that are made
 * again: undici makes them when a connection is free, in the context of whichever request was the one before. Only `dispatch` is called by
 * who wants the request. Returns what ends it; several may be watching.
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
 * Called for each request when it is made: whether the context around is that of its caller. It is not known for copies of undici that could
 * not be found (in a bundle), and for handlers that are used for several requests.
 */
export function isCallerKnown(): boolean {
  if (current === undefined) {
    // Of a copy that was loaded, or made the global one, since.
    if (searches++ < MAX_SEARCHES) wrapAll(dispatcherPrototypes([]));
    return false;
  }
  for (let caller: Caller | undefined = current; caller !== undefined; caller = caller.outer) caller.isSent = true;
  return current.enter !== undefined;
}

interface Caller {
  /** With which its handler was dispatched last. */
  opts: object;
  /** Whether there is a request already. */
  isSent: boolean;
  readonly outer: Caller | undefined;
  /** `undefined` where it is not known. */
  readonly enter: (<T>(fn: () => T) => T) | undefined;
}

const callers = new WeakMap<object, Caller>();
/** Of the call of `dispatch` that runs now. */
let current: Caller | undefined;

/** Set around each dispatch, so that everything that comes of a connection has it: there the context is that of whoever opened it. */
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
        // Only where nobody has wrapped it since.
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
      known.opts = opts; // handed on, from an agent to its pool, a pool to its client
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

/** What runs functions in the contexts that are around now. */
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

/** Handlers of undici that dispatch themselves once more, from within the answer. */
function isMadeAgain(handler: object): boolean {
  return (
    'retryOpts' in handler ||
    ('maxRedirections' in handler && 'history' in handler) ||
    handler.constructor?.name === 'DNSDispatchHandler'
  );
}

/**
 * A client or pool that another dispatcher has made, and which it listens to, but that is not called within a call of that one: what it is
 * given was kept since before there was anybody to see.
 */
function isOfPool(dispatcher: unknown): boolean {
  const { listenerCount } = dispatcher as Partial<NodeJS.EventEmitter>;
  if (typeof listenerCount !== 'function') return false;
  return ['drain', 'connect', 'disconnect', 'connectionError'].every(
    (event) => listenerCount.call(dispatcher as never, event) > 0,
  );
}
