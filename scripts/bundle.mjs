import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { inlinedPage } from '../packages/live/page/inlined-page.mjs';

/**
 * Bundles programs from the sources of the workspace: no package must be built, and lazy imports stay lazy. Other packages stay
 * external, because many are CommonJS, which a bundle of ES modules cannot contain; so the bundle runs only on this machine.
 * @param {object} options
 * @param {readonly string[]} options.entryPoints absolute paths of TypeScript files; `main.ts` becomes `main.mjs`
 * @param {string} options.folder the target of the bundle
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
    plugins: [inlinedPage, otherPackagesStayOutside],
  });
}

/** @type {import('esbuild').Plugin} */
const otherPackagesStayOutside = {
  name: 'other-packages-stay-outside',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || pluginData === asked || /^(node:|@sightline\/)/.test(path)) return undefined;
      // Resolved from the importing package: the bundle is in another folder.
      const found = await resolve(path, { importer, kind, resolveDir, pluginData: asked });
      if (found.errors.length > 0) return { errors: found.errors };
      return found.path.includes('node_modules') ? { path: pathToFileURL(found.path).href, external: true } : found;
    });
  },
};
const asked = Symbol('asked');
