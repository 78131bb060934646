import { type Context, context, type SpanKind, trace } from '@opentelemetry/api';
import { isObject, isObjectOrFunction, type MessageTopic, messageFeedOf, valueText } from '@sightline/base';
import { resolveFields } from '@sightline/settings/fields';
import type { SpanBuilder } from '@sightline/tracing';
import { Attr } from '@sightline/tracing';
import type { BusEvents } from './bus-events.js';
import { busFields } from './bus-fields.js';
import { messageType } from './message-type.js';
import { handlerMethods, isClass, isLazy, UntracedReports } from './untraced.js';

export interface TracedBusOptions {
  readonly spans: SpanBuilder;
  readonly operation: 'command' | 'query' | 'event';
  /** Methods that take a message. */
  readonly send: readonly string[];
  /** Methods that take a type and its handler. */
  readonly register: readonly string[];
  /** Methods that remove a handler. */
  readonly remove: readonly string[];
  readonly sendKind: SpanKind;
  readonly handleKind: SpanKind;
  readonly typeOf: ((message: unknown) => string | undefined) | undefined;
  /** Counts sent and handled messages. */
  readonly counts: BusEvents | undefined;
}

/** Returns the bus with these methods traced. All other calls go to the bus itself, which sees no difference. */
export function tracedBus<Bus extends object>(bus: Bus, options: TracedBusOptions): Bus {
  const { spans, operation, send, register, remove, sendKind, handleKind, counts } = options;
  if (!isObjectOrFunction(bus)) {
    throw new TypeError(`[cqrs] There is no ${operation} bus to trace, but ${valueText(bus)}. Pass the bus.`);
  }
  resolveFields('cqrs', { spans: { ...busFields.spans, methods: ['span', operation], required: true } }, options);
  if (!send.some((method) => isMethod(bus, method))) {
    throw new TypeError(
      `[cqrs] This ${operation} bus has no method ${send.join(' or ')}, so there is nothing to trace. Name its methods in the options.`,
    );
  }
  // A bus with a queue runs handlers in another context; a message that is an object leads back to its sender's.
  const senders = new WeakMap<object, Context>();
  const tracedHandlers = new WeakMap<object, Map<string, object>>();
  const untraced = new UntracedReports();
  const noted = (spanName: string, result: unknown): unknown => {
    if (isLazy(result)) untraced.lazyResult(spanName, result);
    return result;
  };
  const typeOf = (given: unknown): string => messageType(given, options.typeOf, () => untraced.failedTypeOf());

  const topic: MessageTopic = topics[operation];
  // Handlers get the object itself from a bus within the process: it was shown when it was sent.
  const isShown = (args: readonly unknown[]): boolean =>
    args.some((arg) => isObjectOrFunction(arg) && senders.has(arg));

  const counted = (type: string, handle: () => unknown): unknown =>
    counts === undefined ? handle() : counts.handled(operation, type, handle);

  const sending = (method: AnyMethod) => (args: readonly unknown[]) => {
    const type = typeOf(args[0]);
    if (operation === 'command') counts?.dispatched(type);
    return spans[operation](type, { kind: sendKind }, () => {
      messageFeedOf(spans)?.message(topic, type, payloadOf(args), 'sent');
      for (const arg of args) if (isObjectOrFunction(arg)) senders.set(arg, context.active());
      return noted(`${operation} ${type}`, method.apply(bus, [...args]));
    });
  };

  const handling = (type: string, handlerName: string, run: AnyMethod) =>
    function handle(this: unknown, ...args: unknown[]): unknown {
      const attributes = {
        [Attr.cqrsOperation]: operation,
        [Attr.cqrsType]: type,
        [Attr.cqrsHandler]: handlerName === '' ? undefined : handlerName,
      };
      return context.with(contextFor(args, senders), () =>
        spans.span(`handle ${type}`, { kind: handleKind, attributes }, () => {
          if (!isShown(args)) messageFeedOf(spans)?.message(topic, type, payloadOf(args), 'handled');
          return noted(
            `handle ${type}`,
            counted(type, () => run.apply(this, args)),
          );
        }),
      );
    };

  const traced = (type: string, handler: object): object => {
    const ofHandler = tracedHandlers.get(handler) ?? new Map<string, object>();
    tracedHandlers.set(handler, ofHandler);
    const wrapped = ofHandler.get(type) ?? tracedHandler(handler, (name, run) => handling(type, name, run));
    ofHandler.set(type, wrapped);
    return wrapped;
  };

  const registering = (name: string, method: AnyMethod) => (args: readonly unknown[]) => {
    const [first, ...rest] = args;
    // A class is not wrapped: the bus may instantiate it, or look it up in a container.
    for (const arg of rest) if (isClass(arg)) untraced.classHandler(typeOf(first), arg.name);
    if (!rest.some((arg) => isHandler(arg) || isClass(arg))) untraced.noHandler(name);
    return method.apply(bus, [first, ...rest.map((arg) => (isHandler(arg) ? traced(typeOf(first), arg) : arg))]);
  };

  const removing = (method: AnyMethod) => (args: readonly unknown[]) => {
    const type = typeOf(args[0]);
    return method.apply(
      bus,
      args.map((arg) => (isObjectOrFunction(arg) ? (tracedHandlers.get(arg)?.get(type) ?? arg) : arg)),
    );
  };

  return withMethods(bus, (name, method) => {
    if (send.includes(name)) return sending(method);
    if (register.includes(name)) return registering(name, method);
    return remove.includes(name) ? removing(method) : undefined;
  });
}

/** `publish(event)`, or `dispatch(type, payload)` and `emit(type, ...values)`. */
function payloadOf([first, ...rest]: readonly unknown[]): unknown {
  if (rest.length === 0 || isObject(first)) return first;
  return rest.length === 1 ? rest[0] : rest;
}

const topics = { command: 'commands', query: 'queries', event: 'events' } as const;

type AnyMethod = (...args: unknown[]) => unknown;

function isMethod(target: object, name: string): boolean {
  return typeof (target as Record<string, unknown>)[name] === 'function';
}

function isHandler(value: unknown): value is object {
  if (typeof value === 'function') return !isClass(value);
  return isObjectOrFunction(value) && handlerMethods.some((method) => isMethod(value, method));
}

/** A function, or an object with a method that handles. */
function tracedHandler(handler: object, trace_: (name: string, run: AnyMethod) => AnyMethod): object {
  if (typeof handler === 'function') {
    return Object.defineProperties(trace_(handler.name, handler as AnyMethod), {
      name: { value: handler.name, configurable: true },
      length: { value: handler.length, configurable: true },
    });
  }
  const name = handler.constructor === Object ? '' : (handler.constructor?.name ?? '');
  return withMethods(handler, (method, run) => {
    if (!handlerMethods.includes(method)) return undefined;
    const traced = trace_(name, (...args) => run.apply(handler, args));
    return (args) => traced(...args);
  });
}

/** Methods run on the target itself, so that private fields work, and calls between methods are not traced twice. */
function withMethods<T extends object>(
  target: T,
  replacement: (name: string, method: AnyMethod) => ((args: readonly unknown[]) => unknown) | undefined,
): T {
  const replaced = new Map<PropertyKey, { readonly method: unknown; readonly by: AnyMethod }>();
  // Around an empty object: a proxy of the target could not replace its frozen methods.
  // A method that returns the bus for chaining, such as `on` of an emitter, returns the traced one.
  const own = (result: unknown): unknown => (result === target ? proxy : result);
  const proxy: T = new Proxy(Object.create(target) as T, {
    set: (_, key, value) => Reflect.set(target, key, value),
    defineProperty: (_, key, descriptor) => Reflect.defineProperty(target, key, descriptor),
    deleteProperty: (_, key) => Reflect.deleteProperty(target, key),
    // Of a proxy that was frozen the language wants to hear only of what its own object has, which is nothing.
    ownKeys: (empty) => Reflect.ownKeys(Object.isExtensible(empty) ? target : empty),
    getOwnPropertyDescriptor(empty, key) {
      const descriptor = Reflect.getOwnPropertyDescriptor(Object.isExtensible(empty) ? target : empty, key);
      // Nor may it have properties of its own that cannot change, as a frozen bus has.
      return descriptor && { ...descriptor, configurable: true };
    },
    get(_, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || key === 'constructor') return value;
      const known = replaced.get(key);
      if (known?.method === value) return known.by;
      const run = typeof key === 'string' ? replacement(key, value as AnyMethod) : undefined;
      const by: AnyMethod =
        run === undefined
          ? new Proxy(value as AnyMethod, { apply: (method, _self, args) => own(Reflect.apply(method, target, args)) })
          : (...args) => own(run(args));
      replaced.set(key, { method: value, by });
      return by;
    },
  });
  return proxy;
}

/** The active context, if the bus has kept the sender's trace in it; otherwise the sender's context. */
function contextFor(args: readonly unknown[], senders: WeakMap<object, Context>): Context {
  const active = context.active();
  for (const arg of args) {
    const sender = isObjectOrFunction(arg) ? senders.get(arg) : undefined;
    if (sender === undefined) continue;
    const isSameTrace = trace.getSpanContext(active)?.traceId === trace.getSpanContext(sender)?.traceId;
    return isSameTrace ? active : sender;
  }
  return active;
}
