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
  const definition = definitionOf(await importModule(file));
  process.chdir(folder); // the module may have changed it, and paths of the definition are relative to it
  if (definition === undefined) {
    throw new ConfigurationError(
      [`${file} has no definition as its default export. Write: export default defineOps({ service, team, … }).`],
      'ops',
    );
  }
  return await resolveFacts(defineOps(definition));
}

/** The default export; that of a CommonJS module that was compiled from an ES module is one deeper. */
function definitionOf(exported: Record<string, unknown>): OpsDefinition | undefined {
  const { default: given } = exported;
  if (!isRecord(given)) return undefined;
  return (given['service'] === undefined && isRecord(given['default'])
    ? given['default']
    : given) as unknown as OpsDefinition;
}
