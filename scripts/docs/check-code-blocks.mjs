// Type-checks every TypeScript and JavaScript block of the README files and of docs/, each as a module of its own, as if
// it stood in a service that has installed what it imports (the dependencies of docs/package.json). Blocks that are copies of
// a file (embedded-code.mjs) are checked, and run, where that file is.

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
mkdirSync(folder, { recursive: true });
for (const { name, text } of blocks) writeFileSync(join(folder, name), text);
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig(), null, 2));

const tsc = join(root, 'node_modules/typescript7/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', join(folder, 'tsconfig.json'), '--pretty', 'false'], {
  cwd: folder,
  stdio: 'inherit',
});
console.log(
  `${blocks.length} code blocks in ${pages().length} pages${status === 0 ? ' are right' : ': see the errors above'}`,
);
process.exitCode = status === 0 && blocks.length > 0 ? 0 : 1;

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

function tsconfig() {
  return {
    extends: '../../tsconfig.base.json',
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
    },
    include: ['*'],
  };
}
