import type { EventEmitter } from 'node:events';

type Listener = (this: unknown, ...args: unknown[]) => unknown;
type Method = (this: EventEmitter, ...args: unknown[]) => unknown;

/**
 * Makes every listener that is added to `emitter` from now on a bound one, and returns the same emitter. Removing takes the listener
 * that was added. An emitter that is bound already keeps its first context, as in OpenTelemetry's own manager.
 */
export function boundEmitter<E extends EventEmitter>(emitter: E, bind: (listener: Listener) => Listener): E {
  if (bindings.has(emitter)) return emitter;
  bindings.set(emitter, new Map());
  for (const name of adding) {
    replace(
      emitter,
      name,
      (original) =>
        function add(this: EventEmitter, ...args: unknown[]) {
          const [event, listener] = args as [string | symbol, Listener];
          if (typeof listener !== 'function' || isBound(listener)) return original.apply(this, args);
          return original.call(this, event, boundListener(emitter, event, listener, bind));
        },
    );
  }
  for (const name of removing) {
    replace(
      emitter,
      name,
      (original) =>
        function remove(this: EventEmitter, ...args: unknown[]) {
          const [event, listener] = args as [string | symbol, Listener];
          return original.call(this, event, bindings.get(emitter)?.get(event)?.get(listener) ?? listener);
        },
    );
  }
  replace(
    emitter,
    'removeAllListeners',
    (original) =>
      function removeAll(this: EventEmitter, ...args: unknown[]) {
        if (args.length === 0) bindings.set(emitter, new Map());
        else bindings.get(emitter)?.delete(args[0] as string | symbol);
        return original.apply(this, args);
      },
  );
  return emitter;
}

const adding = ['addListener', 'on', 'once', 'prependListener', 'prependOnceListener'] as const;
const removing = ['removeListener', 'off'] as const;

/** For each emitter and event, the bound listener of each given one. */
const bindings = new WeakMap<EventEmitter, Map<string | symbol, WeakMap<Listener, Listener>>>();

/** Every bound listener of any emitter. */
const boundListeners = new WeakSet<Listener>();

/** `once` wraps its listener, as `listener` of the wrapper, and calls `on`: wrapping the wrapper would hide it from `off`. */
function isBound(listener: Listener & { readonly listener?: unknown }): boolean {
  return boundListeners.has(listener) || boundListeners.has(listener.listener as Listener);
}

function boundListener(
  emitter: EventEmitter,
  event: string | symbol,
  listener: Listener,
  bind: (listener: Listener) => Listener,
): Listener {
  const ofEmitter = bindings.get(emitter) ?? new Map<string | symbol, WeakMap<Listener, Listener>>();
  bindings.set(emitter, ofEmitter);
  const ofEvent = ofEmitter.get(event) ?? new WeakMap<Listener, Listener>();
  ofEmitter.set(event, ofEvent);
  const bound = ofEvent.get(listener) ?? bind(listener);
  ofEvent.set(listener, bound);
  boundListeners.add(bound);
  return bound;
}

function replace(emitter: EventEmitter, name: string, wrap: (original: Method) => Method): void {
  const original: unknown = Reflect.get(emitter, name);
  if (typeof original !== 'function') return;
  Object.defineProperty(emitter, name, {
    value: wrap(original as Method),
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
