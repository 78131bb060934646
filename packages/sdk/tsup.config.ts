import { packageBuild } from '../../tsup.base.js';

export default packageBuild({
  programs: ['./src/cli/main.ts'],
  // Tables of options and the provider of meters, which have no state of the process: every service reads all of them, and each file costs its import a millisecond.
  noExternal: [/^@sightline\/backend-[a-z-]+\/(?:settings|meter-provider)$/],
});
