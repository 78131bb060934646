import { isRecord } from '@sightline/base';
import { importModule } from '@sightline/base/modules';
import { ConfigurationError } from '@sightline/settings';
import type { Facts } from '../model/facts.js';
import { defineOps } from './define-ops.js';
import type { OpsDefinition } from './definition.js';
import { resolveFacts } from './resolve-facts.js';

/**
 * The facts of the definition that a module has as its default export.
 * @throws if the module cannot be loaded, exports no definition, or the definition is wrong
 */
export async function loadFacts(file: string): Promise<Facts> {
  const folder = process.cwd();
  const definition = await definitionOf(await importModule(file));
  process.chdir(folder); // the module may have changed it, and paths of the definition are relative to it
  if (definition === undefined) {
    throw new ConfigurationError(
      [`${file} has no definition as its default export. Write: export default defineOps({ service, team, … }).`],
      'ops',
    );
  }
  return await resolveFacts(defineOps(definition));
}

/** The default export, or what it resolves to. Compilers and loaders of CommonJS put it one level deeper, each of them. */
async function definitionOf(exported: Record<string, unknown>): Promise<OpsDefinition | undefined> {
  let given: unknown = await exported['default'];
  for (let depth = 0; depth < MAX_DEPTH && isRecord(given) && given['service'] === undefined; depth++) {
    const inner: unknown = await given['default'];
    if (!isRecord(inner)) break;
    given = inner;
  }
  return isRecord(given) ? (given as unknown as OpsDefinition) : undefined;
}

const MAX_DEPTH = 3;
