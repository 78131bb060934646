import { packageBuild } from '../../tsup.base.js';

export default packageBuild({ programs: ['./src/cli/main.ts'] });
