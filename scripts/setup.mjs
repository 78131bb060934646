// Makes a fresh clone usable with Node.js and npm alone: installs the dependencies with the pnpm of `packageManager`,
// and with `--build` builds the packages whose sources, or whose workspace dependencies' sources, changed. Each step
// leaves a stamp, the hash of its inputs, so that running this again costs next to nothing.
// Only Node.js built-ins here: it runs before anything is installed.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { root, workspacePackages } from './packages.mjs';

const stamps = join(root, 'node_modules/.setup');
const packages = workspacePackages();

try {
  await install();
  if (process.argv.includes('--build')) await buildStale();
} catch (error) {
  console.error(`[setup] ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function install() {
  const manifests = ['package.json', ...packages.map(({ folder }) => `${folder}/package.json`)];
  const inputs = hash([...manifests, 'pnpm-lock.yaml', 'pnpm-workspace.yaml'].flatMap(fileParts));
  await once('install', inputs, existsSync(join(root, 'node_modules/.modules.yaml')), async () => {
    const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    console.error(`[setup] installing dependencies with ${packageManager}`);
    const npmArgs = ['exec', '--yes', `--package=${packageManager}`, '--', 'pnpm', 'install', '--frozen-lockfile'];
    const npm = npmCommand();
    try {
      await run(npm.command, [...npm.args, ...npmArgs], root);
    } catch (error) {
      const hint = `If you changed dependencies, update the lock file: npx -y ${packageManager} install --no-frozen-lockfile`;
      throw new Error(`Installing failed. ${hint}`, { cause: error });
    }
  });
}

async function buildStale() {
  const byName = new Map(packages.map((each) => [each.manifest.name, each]));
  const shared = hash(['tsup.base.ts', 'tsconfig.base.json', 'pnpm-lock.yaml'].flatMap(fileParts));
  const ownHashes = new Map(packages.map(({ folder, manifest }) => [manifest.name, hash(sourceParts(folder))]));

  const buildable = packages.filter(({ manifest }) => manifest.scripts?.build);
  await inParallel(buildable, async ({ folder, manifest }) => {
    const inputs = hash([
      shared,
      ...reachable(manifest.name, byName).flatMap((name) => [name, ownHashes.get(name) ?? '']),
    ]);
    await once(`build-${manifest.name.replace('/', '+')}`, inputs, isBuilt(folder, manifest), async () => {
      console.error(`[setup] building ${manifest.name}`);
      const tsup = join(root, 'node_modules/tsup/dist/cli-default.js');
      try {
        await run(process.execPath, [tsup], join(root, folder));
      } catch (error) {
        throw new Error(`Building ${manifest.name} failed`, { cause: error });
      }
    });
  });
}

/** Runs `step` unless its stamp says that it already ran on the same inputs and its result is still there. */
async function once(/** @type {string} */ name, inputs, isDone, step) {
  const stamp = join(stamps, name);
  if (isDone && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return;
  rmSync(stamp, { force: true }); // first, or a failed step followed by a checkout would leave a stamp that matches
  await step();
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, inputs);
}

/** A package and what it imports at run time, directly or not. Cycles through devDependencies do not matter here. */
function reachable(name, byName, found = new Set()) {
  const { manifest } = byName.get(name);
  found.add(name);
  for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (byName.has(dependency) && !found.has(dependency)) reachable(dependency, byName, found);
  }
  return [...found].sort();
}

function isBuilt(folder, manifest) {
  const targets = manifest.exports ? filesOf(manifest.exports) : ['./dist'];
  return targets.every((target) => existsSync(join(root, folder, target)));
}

function filesOf(target) {
  return typeof target === 'string' ? [target] : Object.values(target).flatMap(filesOf);
}

function sourceParts(folder) {
  const files = ['package.json', 'tsconfig.json', 'tsup.config.ts'].map((file) => `${folder}/${file}`);
  const sources = ['src', 'page']
    .map((name) => join(root, folder, name))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path, { recursive: true, withFileTypes: true }));
  for (const entry of sources)
    if (entry.isFile()) files.push(join(entry.parentPath, entry.name).slice(root.length + 1));
  return files.sort().flatMap(fileParts);
}

function fileParts(file) {
  const path = join(root, file);
  return existsSync(path) ? [file, readFileSync(path)] : [file, '(absent)'];
}

function hash(parts) {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part).update('\0');
  return digest.digest('hex');
}

/** npm's own script if it can be found, because npm.cmd on Windows needs a shell. */
function npmCommand() {
  const candidates = [
    process.env.npm_execpath,
    join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js'),
    join(dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js'),
  ];
  const script = candidates.find((path) => path?.endsWith('npm-cli.js') && existsSync(path));
  return script ? { command: process.execPath, args: [script] } : { command: 'npm', args: [] };
}

function run(command, args, cwd) {
  return new Promise((resolve, reject) => {
    // Standard output belongs to the caller (`npm start` may be piped), so the tools' output goes to standard error.
    const child = spawn(command, args, { cwd, env: childEnv(), stdio: ['ignore', 2, 2] });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}`));
    });
  });
}

function childEnv() {
  const env = { ...process.env };
  delete env.npm_config_loglevel; // `npm run -s` sets "silent", which would hide pnpm's errors
  delete env.npm_config_call; // an outer `npx -c` sets these two, and a nested `npm exec` refuses them
  delete env.npm_config_package;
  delete env.NODE_ENV; // "production" would leave out the development dependencies
  return env;
}

async function inParallel(items, work) {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
}
