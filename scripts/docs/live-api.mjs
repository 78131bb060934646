// Writes the table of paths in docs/guides/live-api.md from the one that the JSON API is served by. `--check` only compares.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../packages.mjs';
import { loadSources } from './load-source.mjs';
import { tableOf } from './table.mjs';
import { writeOrCheck } from './write-or-check.mjs';

export const liveApiPath = 'docs/guides/live-api.md';

if (process.argv[1] === import.meta.filename) await writeOrCheck(liveApiPath, await liveApiPage());

/** The page with its table of paths as they are now. */
export async function liveApiPage() {
  const [module] = await loadSources(['packages/live/src/model/api-paths.ts']);
  /** @type {typeof import('../../packages/live/src/model/api-paths.js')} */
  const { apiPaths } = module;
  const page = readFileSync(join(root, liveApiPath), 'utf8');
  return page.replace(
    /(<!-- paths -->\n)[\s\S]*?(\n<!-- \/paths -->)/,
    (_, /** @type {string} */ start, /** @type {string} */ end) => `${start}\n${pathTables(apiPaths)}\n${end}`,
  );
}

/** @param {typeof import('../../packages/live/src/model/api-paths.js').apiPaths} apiPaths */
function pathTables(apiPaths) {
  const paths = tableOf([
    ['Path', 'Gives', 'Parameters'],
    ...Object.entries(apiPaths).map(([path, { gives, only, parameters, postParameters }]) => [
      `\`${path}\``,
      only === undefined ? gives : `in ${only === 'viewer' ? 'the viewer' : 'a service'}: ${gives}`,
      [
        ...Object.keys(parameters).map((name) => `\`${name}\``),
        ...Object.keys(postParameters ?? {}).map((name) => `\`${name}\` (POST)`),
      ].join(', '),
    ]),
  ]);
  return `${paths}\n\n${parametersTable(apiPaths)}`;
}

/** A row for each parameter, or for several if paths take other values by the same name. */
function parametersTable(/** @type {Parameters<typeof pathTables>[0]} */ apiPaths) {
  /** @type {Map<string, { name: string, values: string, paths: string[] }>} */
  const rows = new Map();
  for (const [path, { parameters, postParameters }] of Object.entries(apiPaths)) {
    for (const [name, values] of Object.entries({ ...parameters, ...postParameters })) {
      const key = `${name} ${values}`;
      const row = rows.get(key) ?? { name, values, paths: [] };
      row.paths.push(`\`${path}\``);
      rows.set(key, row);
    }
  }
  const total = [...rows.values()].filter(({ name }) => name === 'service')[0]?.paths.length ?? 0;
  const order = [...rows.values()].sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
  return tableOf([
    ['Parameter', 'Of', 'Values'],
    ...order.map(({ name, values, paths }) => [
      `\`${name}\``,
      paths.length >= total - 2 ? 'all that have it' : paths.join(', '),
      values,
    ]),
  ]);
}
