import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../value-text.js';

/**
 * Imports a service's module, CommonJS or ES. Nothing is served or sent because of it: the variables that switch metrics, spans,
 * lines and the live page off are set first, and that of a test run, which is stronger than options in code.
 * @param file a path, relative to the current folder
 * @throws the error of Node.js, with what to do if it is about the kind of the file
 */
export async function importModule(file: string): Promise<Record<string, unknown>> {
  Object.assign(process.env, switchedOff);
  try {
    return (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>;
  } catch (error) {
    const hint = loadingHint(error, file);
    throw hint === undefined
      ? error
      : new Error(`${messageOf(error).trim().replace(/\.$/, '')}. ${hint}`, { cause: error });
  }
}

/** What to do about an error of Node.js, if it is about how a module is written; else `undefined`. */
export function loadingHint(error: unknown, file: string): string | undefined {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  const message = messageOf(error);
  // Node.js 20 loads no TypeScript; later ones take away types and change nothing else.
  const isOfTypeScript =
    /^ERR_(UNKNOWN_FILE_EXTENSION|(UNSUPPORTED|INVALID)_TYPESCRIPT_SYNTAX|UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING)$/;
  if (isOfTypeScript.test(String(code))) return `Give what was built of it, or ${LOADER}`;
  const isImportOfFile =
    /MODULE_NOT_FOUND|UNSUPPORTED_DIR_IMPORT/.test(String(code)) && !/^Cannot find package/.test(message);
  if (isImportOfFile && /\.[cm]?ts$/.test(file)) {
    return `Node.js itself finds TypeScript by its whole name only, as in import './metrics.ts'. Write it so, or ${LOADER}`;
  }
  if (
    name === 'SyntaxError' &&
    /Unexpected token 'export'|Cannot use import statement|'import\.meta' outside/.test(message)
  ) {
    return `It is an ES module, and the package.json beside it says "type": "commonjs". Name it .mjs or .mts, or ${LOADER}`;
  }
  return undefined;
}

const LOADER = 'load it with the service\'s own loader: NODE_OPTIONS="--import tsx" npx sightline …';

const switchedOff = {
  ENABLE_METRICS: 'false',
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  SIGHTLINE_LIVE: 'false',
  SIGHTLINE_TEST_RUN: 'true',
};
