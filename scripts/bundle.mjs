import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/**
 * Bundles programs from the sources of the workspace: no package has to be built, and what is imported lazily stays lazy. Other packages
 * stay outside, since many are CommonJS, which a bundle of ES modules cannot hold; so the bundle runs on this machine only.
 * @param {object} options
 * @param {readonly string[]} options.entryPoints absolute paths of TypeScript files; `main.ts` becomes `main.mjs`
 * @param {string} options.folder where the bundle is written
 * @param {boolean} [options.sourcemap]
 */
export async function bundleFromSources({ entryPoints, folder, sourcemap = false }) {
  await build({
    entryPoints: [...entryPoints],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@sightline/source'],
    sourcemap,
    logLevel: 'silent', // a failed build rejects with its messages
    plugins: [otherPackagesStayOutside],
  });
}

/** @type {import('esbuild').Plugin} */
const otherPackagesStayOutside = {
  name: 'other-packages-stay-outside',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || pluginData === asked || /^(node:|@sightline\/)/.test(path)) return undefined;
      // From where the package that asks for it finds it: the bundle lies elsewhere.
      const found = await resolve(path, { importer, kind, resolveDir, pluginData: asked });
      if (found.errors.length > 0) return { errors: found.errors };
      return found.path.includes('node_modules') ? { path: pathToFileURL(found.path).href, external: true } : found;
    });
  },
};
const asked = Symbol('asked');
