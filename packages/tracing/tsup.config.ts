import { packageBuild } from '../../tsup.base.js';

// All but what starts tracing, which needs further packages.
export default packageBuild({
  inOneFile: ['src/index.ts', 'src/propagation/index.ts', 'src/messages/index.ts', 'src/tracer/index.ts'],
});
