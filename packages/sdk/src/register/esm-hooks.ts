import { register } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { requireFrom } from './require-from.js';

/**
 * Lets instrumentations see ES modules, by hooks in a thread of their own. Where Node.js deprecates these (26 and later) or refuses the
 * thread (`--permission`) they run in this one, which `import-in-the-middle` can do since 3.1 on Node.js 22.22.3, 24.11.1 and later.
 * Throws the error of Node.js if neither is possible.
 * @param hook the file of `@opentelemetry/instrumentation`
 * @param folder that of the service
 */
export function registerEsmHooks(hook: string, folder: string): void {
  if (isThreadDeprecated() && registeredHere(hook)) return;
  try {
    register(pathToFileURL(hook).href, pathToFileURL(join(folder, '/')));
  } catch (error) {
    if (!registeredHere(hook)) throw error;
  }
}

/** DEP0205 */
function isThreadDeprecated(): boolean {
  return Number.parseInt(process.versions.node, 10) >= 26;
}

function registeredHere(hook: string): boolean {
  try {
    const hooks = requireFrom(hook)('import-in-the-middle/register-hooks.mjs') as SyncHooks;
    if (!hooks.supportsSyncHooks()) return false;
    hooks.register();
    return true;
  } catch {
    return false; // an older version, which has none
  }
}

interface SyncHooks {
  supportsSyncHooks(): boolean;
  register(): void;
}
