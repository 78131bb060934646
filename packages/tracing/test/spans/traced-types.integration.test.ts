import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

test.each([
  ['of the language', false],
  ['of experimentalDecorators', true],
])('@traced is typed as a decorator %s', async (_, experimentalDecorators) => {
  // Inside the package, so that the compiler resolves its imports.
  const folder = await mkdtemp(here('../../node_modules/.decorators-'));
  try {
    await copyFile(here('../fixtures/decorators/orders.txt'), join(folder, 'orders.ts'));
    const tsconfig = {
      extends: here('../../../../tsconfig.base.json'),
      compilerOptions: { experimentalDecorators, types: ['node'], isolatedDeclarations: false },
      include: ['*.ts'],
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    expect(await errorsOf(folder)).toBe('');
  } finally {
    await rm(folder, { recursive: true });
  }
});

function errorsOf(folder: string): Promise<string> {
  const compiler = here('../../../../node_modules/typescript7/bin/tsc');
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}
