// Checks the packages as services install them: packs all of them as for npm, and uses the tarballs in separate projects; each file
// in this folder is a check. Names of checks as arguments run only these.

import { bundlers } from './bundlers.mjs';
import { legacyTypes } from './legacy-types.mjs';
import { live } from './live.mjs';
import { moduleSystems } from './module-systems.mjs';
import { ops } from './ops.mjs';
import { peerVersions } from './peer-versions.mjs';
import { packAll } from './project.mjs';
import { requirements } from './requirements.mjs';
import { strictPackageManager } from './strict-package-manager.mjs';

const checks = { moduleSystems, legacyTypes, strictPackageManager, bundlers, live, ops, peerVersions, requirements };
const chosen = process.argv.slice(2);
const packed = packAll();
for (const [name, check] of Object.entries(checks)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const startMs = Date.now();
  await check(packed);
  console.log(`${name}: ${((Date.now() - startMs) / 1000).toFixed(1)} s`);
}
