import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { buildPage } from './build-page.mjs';

/**
 * Writes the page's build into the code, in place of `built-in-page.ts`: wherever the package's code goes, into a bundle, an archive or a
 * container, the page goes with it.
 * @type {import('esbuild').Plugin}
 */
export const inlinedPage = {
  name: 'inlined-page',
  setup(build) {
    build.onLoad({ filter: /[\\/]serve[\\/]page[\\/]built-in-page\.ts$/ }, async () => {
      const files = await builtFiles();
      const contents = `
        import { pageFilesOf } from './page-files.js';
        const files = ${JSON.stringify(files)};
        export async function builtInPage() { return pageFilesOf(files); }
      `;
      return { contents, loader: 'ts' };
    });
  },
};

/** @returns {Promise<Record<string, string>>} the files by name, compressed by gzip and in base64 */
async function builtFiles() {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-page-'));
  try {
    await buildPage(folder, { minify: true });
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.gz'))
      .map((entry) => join(entry.parentPath, entry.name));
    const files = await Promise.all(
      paths.sort().map(async (path) => {
        const name = relative(folder, path).replaceAll('\\', '/').slice(0, -'.gz'.length);
        return [name, (await readFile(path)).toString('base64')];
      }),
    );
    return Object.fromEntries(files);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
