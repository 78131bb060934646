import { describe, expect, test } from 'vitest';
import { loadingHint } from '../src/modules/import-module.js';

const failure = (message: string, code?: string, type: ErrorConstructor | SyntaxErrorConstructor = Error): Error =>
  Object.assign(new type(message), { code });

describe('a module that cannot be loaded', () => {
  // Messages of Node.js 20, 22 and 24.
  test.each([
    ['a.ts', failure('Unknown file extension ".ts" for /s/a.ts', 'ERR_UNKNOWN_FILE_EXTENSION'), 'what was built of it'],
    [
      'a.ts',
      failure('TypeScript enum is not supported in strip-only mode', 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX', SyntaxError),
      'NODE_OPTIONS="--import tsx"',
    ],
    ['a.ts', failure("Cannot find module '/s/m.js' imported from /s/a.ts", 'ERR_MODULE_NOT_FOUND'), "'./metrics.ts'"],
    ['a.cts', failure("Cannot find module './m'", 'MODULE_NOT_FOUND'), "'./metrics.ts'"],
    ['a.js', failure("Unexpected token 'export'", undefined, SyntaxError), 'Name it .mjs or .mts'],
    ['a.js', failure('Cannot use import statement outside a module', undefined, SyntaxError), 'Name it .mjs or .mts'],
  ])('as %s says what to do about %s', (file, error, hint) => {
    expect(loadingHint(error, file)).toContain(hint);
  });

  test.each([
    ['a.ts', failure("Cannot find package 'nowhere' imported from /s/a.ts", 'ERR_MODULE_NOT_FOUND')],
    ['a.js', failure("Cannot find module '/s/m.js' imported from /s/a.js", 'ERR_MODULE_NOT_FOUND')],
    ['a.js', failure('Unexpected identifier', undefined, SyntaxError)],
    ['a.js', failure('no database')],
    ['a.js', undefined],
  ])('as %s has no hint for %s', (file, error) => {
    expect(loadingHint(error, file)).toBeUndefined();
  });
});
