import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath as pathOf } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

/**
 * Builds the page into `outFolder`: `index.html`, and scripts and styles below `assets/` whose names have a hash of their content. Each
 * lies there compressed as well, as `.br` and `.gz`. Nothing in it is inline, and nothing is loaded from elsewhere, so that it runs under
 * the content security policy of the server.
 * @param {string} outFolder
 * @param {{ minify: boolean }} options
 * @returns {Promise<void>}
 */
export async function buildPage(outFolder, { minify }) {
  await buildFiles(outFolder, minify);
  // The bundler sets it, and programs that are started next would take themselves to be in production, where the page is off.
  if (nodeEnv === undefined) delete process.env['NODE_ENV'];
  else process.env['NODE_ENV'] = nodeEnv;
  await compressAll(outFolder);
}

const nodeEnv = process.env['NODE_ENV'];

/** @param {string} outFolder @param {boolean} minify */
async function buildFiles(outFolder, minify) {
  await build({
    root: pageFolder,
    base: './', // the page may be mounted below any path
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    // Whatever NODE_ENV says: the other mode writes the paths of the sources into the page.
    mode: 'production',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [withoutUnusedPlots],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
    build: {
      outDir: outFolder,
      emptyOutDir: true,
      target: 'es2022',
      minify: minify ? 'oxc' : false,
      cssMinify: minify,
      assetsInlineLimit: 0,
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: {
        output: {
          entryFileNames: 'assets/[name].[hash].js',
          chunkFileNames: 'assets/[name].[hash].js',
          assetFileNames: 'assets/[name].[hash][extname]',
        },
      },
    },
  });
}

/**
 * uPlot hangs all of its ways to draw on one object, so that no bundler leaves out the ones that are not used: 2 kB compressed.
 * @type {import('vite').Plugin}
 */
const withoutUnusedPlots = {
  name: 'without-unused-plots',
  transform(code, id) {
    if (!id.endsWith('/uPlot.esm.js')) return undefined;
    const without = code.replace(/\(paths\.(stepped|bars|spline) += \w+\);/g, '');
    if (code.length - without.length < 80) throw new Error('[live] uPlot has changed: look at withoutUnusedPlots.');
    return { code: without, map: null };
  },
};

const pageFolder = pathOf(new URL('.', import.meta.url));

/** @param {string} folder */
async function compressAll(folder) {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /\.(br|gz)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    await writeFile(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    const parameters = {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    };
    await writeFile(`${path}.br`, brotliCompressSync(bytes, { params: parameters }));
  }
}
