// Puts files into the documentation: the code block after `<!-- file: path -->` becomes that file, which is type-checked and
// run in its place. `<!-- file: path#name -->` takes the text between `// #region name` and `// #endregion`.
// `--check` only compares.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentationPages, publishablePackages, root } from '../packages.mjs';
import { writeOrCheck } from './write-or-check.mjs';

if (process.argv[1] === import.meta.filename) {
  for (const page of pages()) writeOrCheck(page, withCode(readFileSync(join(root, page), 'utf8')));
}

/** Every page that may contain code, relative to the root. */
export function pages() {
  return [...documentationPages(), ...publishablePackages().map(({ folder }) => `${folder}/README.md`)];
}

/** The page with each marked block replaced by the current file. */
export function withCode(/** @type {string} */ page) {
  return page.replace(
    /(<!-- file: ([^\s#]+)(?:#(\S+))? -->\n+```)(\w+)\n(?:[\s\S]*?\n)??```$/gm,
    (
      _,
      /** @type {string} */ start,
      /** @type {string} */ path,
      /** @type {string | undefined} */ region,
      /** @type {string} */ language,
    ) => `${start}${language}\n${codeOf(path, region)}\n\`\`\``,
  );
}

function codeOf(/** @type {string} */ path, /** @type {string | undefined} */ region) {
  const code = readFileSync(join(root, path), 'utf8').trimEnd();
  if (region === undefined) return code;
  const found = new RegExp(`// #region ${region}\\n([\\s\\S]*?)\\n[ \\t]*// #endregion`).exec(code)?.[1];
  if (found === undefined)
    throw new Error(`[docs] ${path} has no "// #region ${region}". Add it, or correct the name in the page.`);
  const indent = Math.min(
    ...found
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => line.search(/\S/)),
  );
  return found
    .split('\n')
    .map((line) => line.slice(indent))
    .join('\n');
}
