import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { transform } from 'esbuild';
import { defineConfig, type Options } from 'tsup';

interface Manifest {
  dependencies?: Record<string, string>;
  exports: Record<string, string | Record<'@sightline/source', string>>;
}

interface BuildOptions extends Pick<Options, 'platform' | 'splitting' | 'noExternal' | 'esbuildPlugins' | 'define'> {
  /** Further entries, which no package imports: `./src/cli/main.ts`. */
  programs?: readonly string[];
  /**
   * Entries that share one file, by their sources. Each further file costs an import a millisecond. What is loaded by `import()` alone
   * stays apart.
   */
  inOneFile?: readonly string[];
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
  inOneFile = [],
  inlined,
  ...options
}: BuildOptions = {}): ReturnType<typeof defineConfig> {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  // TypeScript no longer loads types that nothing names, so declarations that speak of Node.js must name them.
  const banner =
    manifest.dependencies?.['@types/node'] === undefined ? {} : { banner: '/// <reference types="node" />' };
  rmSync('dist', { recursive: true, force: true });
  const common: Options = {
    entry: entriesOf(manifest, programs),
    target: 'node20',
    platform: 'node',
    splitting: true,
    tsconfig: 'tsconfig.json',
    silent: true,
    // Packages of ours that a build contains are taken from their sources: they may not have been built yet.
    esbuildOptions(esbuild) {
      esbuild.conditions = ['@sightline/source', 'module'];
    },
    ...options,
  };
  // TypeScript 6 rejects the `baseUrl` that tsup's declaration build sets, unless told not to.
  const dts = { compilerOptions: { ignoreDeprecations: '6.0' }, ...banner };
  const forNode: Options[] = [
    {
      ...common,
      format: ['esm'],
      sourcemap: true,
      dts,
      plugins: [commonJsToo],
      esbuildPlugins: [...(options.esbuildPlugins ?? []), ...(inOneFile.length === 0 ? [] : [oneFile(inOneFile)])],
    },
    { ...common, format: ['cjs'], dts: { ...dts, only: true } },
  ];
  if (inlined === undefined) return defineConfig(forNode);
  const forBundlers: Options = {
    ...common,
    entry: entriesOf(manifest, []),
    format: ['esm'],
    outDir: 'dist/bundler',
    noExternal: [...inlined],
    plugins: [importedRequires],
    esbuildPlugins: [...(options.esbuildPlugins ?? []), inlinedLicences],
  };
  return defineConfig([...forNode, forBundlers]);
}

function entriesOf({ exports }: Manifest, programs: readonly string[]): Record<string, string> {
  const sources = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [] : [target['@sightline/source']],
  );
  return Object.fromEntries(
    [...sources, ...programs].map((source) => [source.replace(/^\.\/src\/(.*)\.ts$/, '$1'), source]),
  );
}

/** Lets each of the entries import all of them, so that esbuild finds all of their code to be shared. */
function oneFile(entries: readonly string[]): NonNullable<Options['esbuildPlugins']>[number] {
  const paths = entries.map((entry) => resolve(entry));
  return {
    name: 'one-file',
    setup(build) {
      build.initialOptions.ignoreAnnotations = true; // an import whose names are not used would be left out
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (!paths.includes(path)) return undefined;
        const imports = paths.map((each) => `import ${JSON.stringify(each)};`).join('');
        return { contents: `${readFileSync(path, 'utf8')}\n${imports}`, loader: 'ts' };
      });
    },
  };
}

/**
 * Writes a CommonJS file beside each ES module, with the same code. tsup's own way rewrites `?.` and `??` into calls with closures,
 * which made a span a quarter slower.
 */
const commonJsToo: NonNullable<Options['plugins']>[number] = {
  name: 'commonjs-too',
  async buildEnd({ writtenFiles }) {
    for (const { name } of writtenFiles.filter(({ name }) => name.endsWith('.js'))) {
      const file = name.replace(/\.js$/, '.cjs');
      const { code, map } = await transform(withInlineMap(name), {
        format: 'cjs',
        platform: 'node',
        target: 'node20',
        banner: '"use strict";',
        // As in ES modules of Node.js: the default export of a CommonJS package is what it exports.
        sourcefile: name.replace(/\.js$/, '.mjs'),
        sourcemap: 'external',
        sourcesContent: false,
        // `import()` of a chunk would load the ES module, with a state of its own.
        supported: { 'dynamic-import': false },
      });
      const requires = code.replace(/\brequire\("(\.{1,2}\/[^"]+)\.js"\)/g, 'require("$1.cjs")');
      writeFileSync(file, `${requires}//# sourceMappingURL=${basename(file)}.map\n`);
      writeFileSync(`${file}.map`, map);
    }
  },
};

/** esbuild composes source maps if it finds the first one in the code. */
function withInlineMap(name: string): string {
  const map = readFileSync(`${name}.map`).toString('base64');
  const code = readFileSync(name, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '');
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${map}`;
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
