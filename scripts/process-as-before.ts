import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { afterAll, vi } from 'vitest';
import { ensureContextManager } from '../packages/testing/src/test-context.js';

// Set-up of tests whose files share a process: a file that leaves the process other than it found it fails, since what the next one finds
// would depend on their order. The context manager of the test doubles stays: it is there from the start.
ensureContextManager();
const before = stateOfProcess();

afterAll(async () => {
  // A module that is still loading when its file ends fails for good, for all files that come after.
  await vi.dynamicImportSettled();
  // What takes longer than it may, such as a shutdown on a busy machine, has its end a little later.
  await vi.waitFor(expectAsBefore, { timeout: 10_000 });
});

function expectAsBefore(): void {
  const after = stateOfProcess();
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => !Object.is(before.get(name), after.get(name)),
  );
  if (changed.length > 0)
    throw new Error(
      `This file changes what the next one of its process finds: ${changed.join(', ')}. Restore it, or name the file *.alone.test.ts.`,
    );
}

function stateOfProcess(): Map<string, unknown> {
  const state = new Map<string, unknown>();
  const add = (of: string, values: object): void => {
    for (const [name, value] of Object.entries(values)) state.set(`${of}.${name}`, value);
  };
  const addMethods = (of: string, prototype: object): void => {
    state.set(`whether ${of} is frozen`, Object.isFrozen(prototype));
    for (const [name, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype)))
      state.set(`${of}.${name}`, value ?? get);
  };
  for (const name of Object.getOwnPropertyNames(globalThis).filter((name) => !name.startsWith('__'))) {
    const value = (globalThis as Record<string, unknown>)[name];
    state.set(`globalThis.${name}`, value);
    if (typeof value === 'function' && value.prototype instanceof Object)
      addMethods(`${name}.prototype`, value.prototype);
  }
  addMethods('Object.prototype', Object.prototype);
  addMethods('EventEmitter.prototype', EventEmitter.prototype);
  addMethods('http.Server.prototype', http.Server.prototype);
  for (const name of ['opentelemetry.js.api.1', 'io.opentelemetry.js.api.logs'])
    add(name, (globalThis as unknown as Record<symbol, object | undefined>)[Symbol.for(name)] ?? {});
  for (const event of process.eventNames())
    state.set(`the number of listeners to process ${String(event)}`, process.listenerCount(event));
  add('process.env', process.env);
  add('console', console);
  add('node:fs', fs);
  state.set('process.cwd', process.cwd());
  state.set('process.emitWarning', process.emitWarning);
  state.set('process.stdout.write', process.stdout.write);
  state.set('process.stderr.write', process.stderr.write);
  state.set('node:http.request', http.request);
  state.set('node:http.globalAgent', http.globalAgent);
  state.set('node:https.globalAgent', https.globalAgent);
  return state;
}
