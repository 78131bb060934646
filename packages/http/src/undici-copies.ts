import { join } from 'node:path';
import { quietly } from './quietly.js';

export type Dispatch = (this: unknown, opts: unknown, handler: unknown) => boolean;
export type DispatcherPrototype = Record<PropertyKey, unknown>;

/**
 * The prototypes of all dispatchers in the copies of undici that can be found: that of the global dispatcher (Node.js' own, unless the
 * service has set another); the installed one, resolved from the service's folder and main file; loaded ones; and given ones.
 */
export function dispatcherPrototypes(given: readonly object[]): ReadonlySet<DispatcherPrototype> {
  const found = new Set<DispatcherPrototype>();
  // Node.js loads its copy at the first use of any of its globals.
  quietly(() => globalThis.Response.name, undefined);
  for (const version of [1, 2]) {
    const dispatcher: unknown = Reflect.get(globalThis, Symbol.for(`undici.globalDispatcher.${version}`));
    if (typeof dispatcher === 'object' && dispatcher !== null) addChain(Object.getPrototypeOf(dispatcher), found);
  }
  for (const undici of [...given, ...installedCopies()]) {
    for (const exported of Object.values(undici)) {
      if (typeof exported === 'function')
        addChain(
          quietly(() => exported.prototype, undefined),
          found,
        );
    }
  }
  return found;
}

/** The public method, and undici's internal one with a symbol as key: dispatchers that were composed before call that one. */
export function dispatchKeys(prototype: DispatcherPrototype): PropertyKey[] {
  return Reflect.ownKeys(prototype).filter(
    (key) =>
      (key === 'dispatch' || (typeof key === 'symbol' && key.description === 'dispatch')) &&
      typeof Object.getOwnPropertyDescriptor(prototype, key)?.value === 'function',
  );
}

function addChain(prototype: unknown, found: Set<DispatcherPrototype>): void {
  for (let at = prototype; isInherited(at); at = Object.getPrototypeOf(at)) {
    if (dispatchKeys(at as DispatcherPrototype).length > 0) found.add(at as DispatcherPrototype);
  }
}

function isInherited(prototype: unknown): prototype is object {
  return typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype;
}

function installedCopies(): object[] {
  const copies: object[] = [];
  // Not imported: bundlers would replace it, and their banners often declare another `createRequire`.
  const { createRequire: requireFrom } = process.getBuiltinModule('node:module');
  // The folder in which the process was started may be deleted.
  const here = quietly(() => join(process.cwd(), 'service.js'), process.execPath);
  for (const from of [here, process.argv[1] ?? here]) {
    quietly(() => copies.push(requireFrom(from)('undici') as object), undefined);
  }
  const loaded = quietly(() => Object.values(requireFrom(here).cache), []);
  for (const module of loaded) {
    const { exports } = module ?? {};
    if (quietly(() => isUndici(exports), false)) copies.push(exports as object);
  }
  return copies;
}

/** Recognises undici by its exports, because it may be installed by another name. Calls and loads nothing. */
function isUndici(exports: unknown): boolean {
  const own = (name: string): unknown => Object.getOwnPropertyDescriptor(exports, name)?.value;
  return typeof own('setGlobalDispatcher') === 'function' && typeof own('Dispatcher') === 'function';
}
