import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../value-text.js';

/**
 * Imports a service's module, CommonJS or ES. Nothing is served or sent because of it: the variables that switch metrics, spans,
 * lines and the live page off are set first, and that of a test run, which is stronger than options in code.
 * @param file a path, relative to the current folder
 * @throws with a hint if Node.js does not know the kind of file
 */
export async function importModule(file: string): Promise<Record<string, unknown>> {
  Object.assign(process.env, switchedOff);
  try {
    return (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>;
  } catch (error) {
    if (Reflect.get(Object(error), 'code') !== 'ERR_UNKNOWN_FILE_EXTENSION') throw error;
    throw new Error(
      `${messageOf(error)}. Give what was built of it, or load it with the service's own loader: NODE_OPTIONS="--import tsx" npx sightline …`,
    );
  }
}

const switchedOff = {
  ENABLE_METRICS: 'false',
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  SIGHTLINE_LIVE: 'false',
  SIGHTLINE_TEST_RUN: 'true',
};
