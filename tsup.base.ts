import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { defineConfig, type Options } from 'tsup';

interface Manifest {
  dependencies?: Record<string, string>;
  exports: Record<string, string | Record<'@sightline/source', string>>;
}

interface BuildOptions extends Pick<Options, 'platform' | 'splitting' | 'noExternal'> {
  /** Further entries, which nobody imports: `./src/cli/main.ts`. */
  programs?: readonly string[];
  /**
   * CommonJS packages that the build for bundlers (`dist/bundler`, condition `module`) contains as ES modules. A bundler that writes
   * ES modules would otherwise leave their `require('node:…')` as they are, and the service would fail at its first import.
   */
  inlined?: readonly (string | RegExp)[];
}

/**
 * The build of the publishable package in the current folder: one entry per sub-path of its `exports`, taken from the
 * `@sightline/source` condition, so `src/process/index.ts` becomes `dist/process/index.{js,cjs,d.ts,d.cts}`.
 */
export function packageBuild({
  programs = [],
  inlined,
  ...options
}: BuildOptions = {}): ReturnType<typeof defineConfig> {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  // TypeScript no longer loads types that nothing names, so declarations that speak of Node.js must name them.
  const banner =
    manifest.dependencies?.['@types/node'] === undefined ? {} : { banner: '/// <reference types="node" />' };
  const common: Options = {
    sourcemap: true,
    target: 'node20',
    platform: 'node',
    splitting: true,
    tsconfig: 'tsconfig.json',
    silent: true,
    ...options,
  };
  const forNode: Options = {
    ...common,
    entry: entriesOf(manifest, programs),
    format: ['esm', 'cjs'],
    // TypeScript 6 rejects the `baseUrl` that tsup's declaration build sets, unless told not to.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' }, ...banner },
    clean: true,
  };
  if (inlined === undefined) return defineConfig(forNode);
  const forBundlers: Options = {
    ...common,
    entry: entriesOf(manifest, []),
    format: ['esm'],
    outDir: 'dist/bundler',
    noExternal: [...inlined],
    sourcemap: false,
    plugins: [importedRequires],
    esbuildPlugins: [inlinedLicences],
  };
  return defineConfig([forNode, forBundlers]);
}

function entriesOf({ exports }: Manifest, programs: readonly string[]): Record<string, string> {
  const sources = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [] : [target['@sightline/source']],
  );
  return Object.fromEntries(
    [...sources, ...programs].map((source) => [source.replace(/^\.\/src\/(.*)\.ts$/, '$1'), source]),
  );
}

/** Lets CommonJS code import what it requires: Node.js' own modules, and packages that stay outside. */
const importedRequires: NonNullable<Options['plugins']>[number] = {
  name: 'imported-requires',
  renderChunk(code) {
    const imports = new Map<string, string>();
    const rewritten = code.replace(/\b__require\("([^"]+)"\)/g, (_call, name: string) => {
      const binding = `required_${name.replace(/^node:/, '').replace(/\W/g, '_')}`;
      imports.set(
        binding,
        isBuiltin(name) ? `import ${binding} from "${name}";` : `import * as ${binding} from "${name}";`,
      );
      return binding;
    });
    return { code: `${[...imports.values()].join('\n')}\n${rewritten}` };
  },
};

/** Writes the licences of the packages that a build contains beside it, as they ask for. */
const inlinedLicences: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'inlined-licences',
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile }) => {
      const folders = new Set(
        Object.keys(metafile?.inputs ?? {}).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
      );
      const licences = [...folders].sort().map((folder) => {
        const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
        if (file === undefined) throw new Error(`${folder} has no licence file`);
        const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
        return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
      });
      mkdirSync('dist/bundler', { recursive: true });
      writeFileSync('dist/bundler/LICENSES.txt', licences.join(`\n${'-'.repeat(80)}\n\n`));
    });
  },
};
