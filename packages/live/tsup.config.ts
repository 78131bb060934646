import { packageBuild } from '../../tsup.base.js';
import { inlinedPage } from './page/inlined-page.mjs';

export default packageBuild({
  programs: ['./src/cli/main.ts'],
  esbuildPlugins: [inlinedPage],
  inlined: ['ws'],
  // `ws` does without these optional packages, of which bundlers would warn.
  define: { 'process.env.WS_NO_BUFFER_UTIL': '"true"', 'process.env.WS_NO_UTF_8_VALIDATE': '"true"' },
});
