import { join } from 'node:path';
import { createServer } from 'vite';
import { root } from '../packages.mjs';

// As in vitest.workspace.ts: workspace packages resolve to their sources, so that nothing has to be built.
const conditions = ['@sightline/source', 'node', 'development|production'];

/**
 * Imports TypeScript files of the workspace.
 * @param {readonly string[]} paths relative to the root
 * @param {(modules: any[]) => unknown} use is awaited while the files can still import others
 * @returns {Promise<any>} what `use` returns. Default: the exports of each file
 */
export async function loadSources(paths, use = (modules) => modules) {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    resolve: { conditions },
    ssr: { resolve: { conditions }, noExternal: [/^@sightline\//] },
  });
  try {
    return await use(await Promise.all(paths.map((path) => server.ssrLoadModule(join(root, path)))));
  } finally {
    await server.close();
  }
}
