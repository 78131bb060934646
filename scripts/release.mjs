// Publishes what the registry does not have yet, with provenance: node scripts/release.mjs v0.2.0 [--dry-run]. Run by
// .github/workflows/release.yml, where `npm publish` gets its right to publish, and what provenance says, from the workflow's identity.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishablePackages, root } from './packages.mjs';

/** Why this must not be published as `tag`; none if it may. */
export function releaseProblems({ tag, packages, changesets }) {
  const problems = packages
    .filter(({ manifest }) => `v${manifest.version}` !== tag)
    .map(({ manifest }) => `${manifest.name} has version ${manifest.version}. Give the tag v${manifest.version}.`);
  if (changesets.length > 0) {
    problems.push(
      `Changesets are pending: ${changesets.join(', ')}. Run npm run version:packages and commit what it does.`,
    );
  }
  return problems;
}

/** Each after what it depends on, so that no package can be installed before these. */
export function inOrder(packages) {
  const byName = new Map(packages.map((each) => [each.manifest.name, each]));
  const ordered = new Set();
  const visit = (each) => {
    if (ordered.has(each)) return;
    const names = Object.keys({ ...each.manifest.dependencies, ...each.manifest.peerDependencies });
    for (const name of names) if (byName.has(name)) visit(byName.get(name));
    ordered.add(each);
  };
  for (const each of packages) visit(each);
  return [...ordered];
}

function main([tag = '', mode = '']) {
  const packages = inOrder(publishablePackages());
  const changesets = readdirSync(join(root, '.changeset')).filter(
    (name) => name.endsWith('.md') && name !== 'README.md',
  );
  const problems = releaseProblems({ tag, packages, changesets });
  if (problems.length > 0) throw new Error(problems.join('\n[release] '));

  const folder = mkdtempSync(join(tmpdir(), 'sightline-release-'));
  try {
    for (const { folder: source, manifest } of packages) {
      const version = `${manifest.name}@${manifest.version}`;
      // pnpm packs, since it writes versions in place of "workspace:"; npm publishes, since it knows provenance.
      run('pnpm', ['pack', '--pack-destination', folder], join(root, source));
      const packed = readdirSync(folder).find((name) => name.endsWith('.tgz'));
      if (packed === undefined) throw new Error(`${version} was not packed.`);
      if (mode === '--dry-run') console.log(`${version} would be published.`);
      else if (isPublished(version)) console.log(`${version} is published already.`);
      else run('npm', ['publish', join(folder, packed), '--provenance', '--access', 'public'], root);
      rmSync(join(folder, packed));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isPublished(version) {
  try {
    return (
      execFileSync('npm', ['view', version, 'version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }) !==
      ''
    );
  } catch {
    return false; // a package that is not there at all is an error to npm; what cannot be asked fails at its publication
  }
}

function run(command, args, cwd) {
  execFileSync(command, args, { cwd, stdio: ['ignore', 2, 2] });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error(`[release] ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
