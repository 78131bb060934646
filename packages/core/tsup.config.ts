import { packageBuild } from '../../tsup.base.js';

// One file per entry: what `./lint` shares is two tables, and a second file costs each import of core more than a millisecond.
export default packageBuild({ platform: 'neutral', splitting: false });
