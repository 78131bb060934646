import { spawnSync } from 'node:child_process';
import { requireServer } from './require-server.js';

// Not Debian's, so that its absence fails nothing.
const newer = process.env['PROMTOOL3'];
const hasNewer = newer !== undefined && spawnSync(newer, ['--version']).status === 0;
if (!hasNewer) {
  console.warn(
    'Tests of rules with a promtool of Prometheus 3 are skipped. Set PROMTOOL3 to the path of one, for example of that in the folder ' +
      'which scripts/servers/prometheus3/build makes.',
  );
}

export const hasPromtool: boolean = requireServer('promtool');

/** Every `promtool` for tests: Debian's, if it is there, and that of a Prometheus 3 if `PROMTOOL3` names one. */
export const promtools: readonly string[] = ['promtool', ...(hasNewer && newer !== undefined ? [newer] : [])];
