import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Package
 * @property {string} folder   relative to the root, with forward slashes
 * @property {any} manifest    its package.json
 */

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Every workspace package; the patterns are those of pnpm-workspace.yaml. */
export function workspacePackages() {
  const folders = ['packages', 'packages/backends', 'examples'].flatMap((parent) =>
    namesIn(parent).map((name) => `${parent}/${name}`),
  );
  return [...folders, 'bench', 'docs'].flatMap(readPackage);
}

/** Those that go to npm. */
export function publishablePackages() {
  return workspacePackages().filter(({ manifest }) => !manifest.private);
}

/**
 * The Markdown files of docs/ and its folders. Never those of node_modules, whose links lead through all packages in circles.
 * @returns {string[]} relative to the root, with forward slashes
 */
export function documentationPages(folder = 'docs') {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && !/^(node_modules|\..*)$/.test(entry.name)) return documentationPages(path);
      return entry.isFile() && entry.name.endsWith('.md') ? [path] : [];
    })
    .sort();
}

/** @returns {string[]} */
function namesIn(/** @type {string} */ parent) {
  try {
    return readdirSync(join(root, parent)).sort();
  } catch {
    return [];
  }
}

/** @returns {Package[]} none if the folder holds no package.json, like packages/backends */
function readPackage(/** @type {string} */ folder) {
  try {
    return [{ folder, manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) }];
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw new Error(`Cannot read ${folder}/package.json`, { cause: error });
  }
}
