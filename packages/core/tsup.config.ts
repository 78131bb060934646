import { packageBuild } from '../../tsup.base.js';

// One file per entry, with what it takes of base: each further file costs every import of core more than a millisecond, and a further
// package several. Copies of base share what must be shared.
export default packageBuild({ platform: 'neutral', splitting: false, noExternal: ['@sightline/base'] });
