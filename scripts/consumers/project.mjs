import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { publishablePackages, root } from '../packages.mjs';

/**
 * @typedef {object} Packed
 * @property {string} name      of the package
 * @property {string} tarball   its path
 * @property {string[]} entries the specifiers of its exports that can be imported
 */

const workspace = mkdtempSync(join(tmpdir(), 'sightline-consumers-'));
process.once('exit', () => rmSync(workspace, { recursive: true, force: true }));

/** Packs every package as for npm. @returns {Packed[]} */
export function packAll() {
  const folder = join(workspace, 'tarballs');
  mkdirSync(folder);
  return publishablePackages().map(({ folder: source, manifest }) => {
    const before = new Set(readdirSync(folder));
    run(join(root, source), 'pnpm', ['pack', '--pack-destination', folder]);
    const made = readdirSync(folder).find((name) => !before.has(name));
    if (made === undefined) throw new Error(`${source} gave no tarball`);
    const entries = Object.keys(manifest.exports)
      .filter((path) => !path.endsWith('.json'))
      .map((path) => manifest.name + path.slice(1));
    return { name: manifest.name, tarball: join(folder, made), entries };
  });
}

/**
 * A folder with these files, in which nothing is installed yet.
 * @param {string} name
 * @param {Record<string, string | object>} files  an object is written as JSON
 */
export function makeProject(name, files) {
  const folder = join(workspace, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  return folder;
}

/** Runs a program to its end and returns its output; ends this process if it fails. */
export function run(
  /** @type {string} */ cwd,
  /** @type {string} */ command,
  /** @type {readonly string[]} */ args,
  /** @type {NodeJS.ProcessEnv} */ env = {},
) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 300_000,
  });
  if (status === 0) return stdout + stderr;
  console.error(`${command} ${args.join(' ')} failed in ${cwd}\n${error ?? ''}${stdout}${stderr}`);
  process.exit(1);
}

/** By npm, with the rules for peers that it has by default. */
export function npmInstall(/** @type {string} */ folder, /** @type {readonly string[]} */ specifiers) {
  run(folder, 'npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts', ...specifiers]);
}

export function expectIn(/** @type {string} */ output, /** @type {string} */ expected) {
  if (!output.includes(expected)) fail(`This was expected: ${expected}\nThis came:\n${output}`);
}

/** Ends this process with a message. @returns {never} */
export function fail(/** @type {string} */ message) {
  console.error(message);
  process.exit(1);
}
