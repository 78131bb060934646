// Packs each publishable package as npm would get it, then checks the tarball: publint for the manifest and files,
// attw for the types under every module resolution, that of TypeScript before `exports` (node10) included. Both, because each misses
// faults that the other finds.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishablePackages, root } from './packages.mjs';

const bin = join(root, 'node_modules/.bin');
const packed = mkdtempSync(join(tmpdir(), 'sightline-pack-'));

try {
  for (const { folder } of publishablePackages())
    check('pnpm', ['--dir', folder, 'pack', '--pack-destination', packed]);
  for (const tarball of readdirSync(packed).sort()) {
    const isManifestFine = check('publint', ['--strict', join(packed, tarball)]);
    const areTypesFine = check('attw', ['--profile', 'strict', '--format', 'ascii', join(packed, tarball)]);
    if (isManifestFine && areTypesFine) console.log(`${tarball}: fine`);
  }
} finally {
  rmSync(packed, { recursive: true });
}

function check(tool, args) {
  const { status, stdout, stderr } = spawnSync(join(bin, tool), args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return true;
  console.error(`${tool} ${args.join(' ')}\n${stdout}${stderr}`);
  process.exitCode = 1;
  return false;
}
