// Type-checks every TypeScript and JavaScript block of the README files and of docs/, each as a separate module of a service that
// has installed its imports (the dependencies of docs/package.json). Blocks that are copies of a file (embedded-code.mjs) are
// checked, and run, with that file.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { documentationPages, root, workspacePackages } from '../packages.mjs';

const folder = join(root, 'docs/.code');
const extensions = new Map([
  ['ts', '.ts'],
  ['js', '.mjs'],
  ['cjs', '.cjs'],
]);

const blocks = pages().flatMap(codeBlocks);
rmSync(folder, { recursive: true, force: true });
// Nest has decorators of the older kind, with parameters, which a compiler takes instead of the standard ones.
const isNest = (/** @type {{ text: string }} */ { text }) => text.includes("from '@nestjs/common'");
const areRight = [
  check(
    folder,
    blocks.filter((block) => !isNest(block)),
    {},
  ),
  check(join(folder, 'nest'), blocks.filter(isNest), { experimentalDecorators: true, emitDecoratorMetadata: true }),
].every(Boolean);
console.log(
  `${blocks.length} code blocks in ${pages().length} pages${areRight ? ' are right' : ': see the errors above'}`,
);
process.exitCode = areRight && blocks.length > 0 ? 0 : 1;

function check(
  /** @type {string} */ project,
  /** @type {Array<{ name: string, text: string }>} */ given,
  /** @type {object} */ options,
) {
  mkdirSync(project, { recursive: true });
  for (const { name, text } of given) writeFileSync(join(project, name), text);
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(tsconfig(project, options), null, 2));
  const tsc = join(root, 'node_modules/typescript7/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(project, 'tsconfig.json'), '--pretty', 'false'], {
    cwd: project,
    stdio: 'inherit',
  });
  return status === 0;
}

/** @returns {string[]} Markdown files, relative to the root */
function pages() {
  const readmes = ['README.md', ...workspacePackages().map(({ folder: path }) => `${path}/README.md`)];
  return [...new Set([...readmes, ...documentationPages()])];
}

/** @returns {Array<{ name: string, text: string }>} */
function codeBlocks(/** @type {string} */ page) {
  const markdown = readFileSync(join(root, page), 'utf8').replaceAll(
    /^<!-- file: .* -->\n\n *```[\s\S]*?^ *```$/gm,
    '',
  );
  return [...markdown.matchAll(/^( *)```(\w+)[^\n]*\n([\s\S]*?)^ *```$/gm)].flatMap(
    ([, indent = '', language = '', code = ''], i) => {
      const extension = extensions.get(language);
      if (extension === undefined) return [];
      const lines = code.split('\n').map((line) => line.slice(line.startsWith(indent) ? indent.length : 0));
      const name = `${relative(root, join(root, page)).replaceAll(/[/.]/g, '_')}_${i}${extension}`;
      const isModule = extension === '.cjs' || /^(import|export)\b/m.test(code);
      return [{ name, text: `${lines.join('\n')}${isModule ? '' : '\nexport {};'}` }];
    },
  );
}

function tsconfig(/** @type {string} */ project, /** @type {object} */ options) {
  return {
    extends: relative(project, join(root, 'tsconfig.base.json')),
    compilerOptions: {
      types: ['node'],
      allowJs: true,
      checkJs: true,
      isolatedDeclarations: false,
      declaration: false,
      // A page declares what it shows, and need not use it.
      noUnusedLocals: false,
      noUnusedParameters: false,
      noPropertyAccessFromIndexSignature: false,
      ...options,
    },
    include: ['*'],
  };
}
