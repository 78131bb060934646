import { readFileSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

interface Manifest {
  dependencies?: Record<string, string>;
  exports: Record<string, string | Record<'@sightline/source', string>>;
}

/**
 * The build of the publishable package in the current folder: one entry per sub-path of its `exports`, taken from the
 * `@sightline/source` condition, so `src/process/index.ts` becomes `dist/process/index.{js,cjs,d.ts,d.cts}`.
 * @param programs further entries, which nobody imports: `./src/cli/main.ts`
 */
export function packageBuild(
  overrides: Options = {},
  programs: readonly string[] = [],
): ReturnType<typeof defineConfig> {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  // TypeScript no longer loads types that nothing names, so declarations that speak of Node.js must name them.
  const banner =
    manifest.dependencies?.['@types/node'] === undefined ? {} : { banner: '/// <reference types="node" />' };
  return defineConfig({
    entry: entriesOf(manifest, programs),
    format: ['esm', 'cjs'],
    // TypeScript 6 rejects the `baseUrl` that tsup's declaration build sets, unless told not to.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' }, ...banner },
    sourcemap: true,
    clean: true,
    target: 'node20',
    platform: 'node',
    splitting: true,
    tsconfig: 'tsconfig.json',
    silent: true,
    ...overrides,
  });
}

function entriesOf({ exports }: Manifest, programs: readonly string[]): Record<string, string> {
  const sources = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [] : [target['@sightline/source']],
  );
  return Object.fromEntries(
    [...sources, ...programs].map((source) => [source.replace(/^\.\/src\/(.*)\.ts$/, '$1'), source]),
  );
}
