import { join } from 'node:path';
import { quietly } from './quietly.js';

export type Dispatch = (this: unknown, opts: unknown, handler: unknown) => boolean;
export type DispatcherPrototype = Record<PropertyKey, unknown>;

/**
 * The prototypes of all dispatchers of the copies of undici that can be found: that of the global dispatcher, which is Node.js' own unless a
 * service has set another; the installed one, seen from the service's folder and its main file; those that are loaded already; and those given.
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

/** The public method, and the one by a symbol of its own that it calls, which a dispatcher that was composed before still calls. */
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
  // Not imported: bundlers would read it as theirs, and the banners that they are given declare a `createRequire` of their own.
  const { createRequire: requireFrom } = process.getBuiltinModule('node:module');
  // A process may outlive the folder that it was started in.
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

/** By what it has, since it may be installed by another name. Nothing of a module is called, or loaded. */
function isUndici(exports: unknown): boolean {
  const own = (name: string): unknown => Object.getOwnPropertyDescriptor(exports, name)?.value;
  return typeof own('setGlobalDispatcher') === 'function' && typeof own('Dispatcher') === 'function';
}
