import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root, workspacePackages } from '../packages.mjs';

// What an editor shows of an option is the comment above its field; the table has the default.

interface DocumentedField {
  readonly where: string;
  readonly comment: string;
  /** As the table has it, in TypeScript. */
  readonly value: string;
}

/** Fields with a default that one can say in a word or two: a number, a string, true or false. */
function documentedFields(file: string): DocumentedField[] {
  const text = readFileSync(join(root, file), 'utf8');
  if (!text.includes('@sightline/settings/fields') && !file.includes('/settings/src/fields/')) return [];
  return [
    ...text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2}(\w+): (\{(?:.*\},|\n(?: {4}.*\n)*? {2}\},))\n/g),
  ].flatMap(([, comment = '', name, field = '']) => {
    const pattern = field.includes('\n') ? /^ {4}default: (.+),$/m : /\bdefault: ([^,}]+?)(?: as [^,}]+)?[ ,]/;
    const value = pattern.exec(field)?.[1]?.trim();
    const isSimple = value !== undefined && /^(-?[\d_.]+|true|false|'[^']*')$/.test(value);
    return isSimple ? [{ where: `${file} ${name}`, comment: comment.replaceAll(/\s*\n\s*\*\s*/g, ' '), value }] : [];
  });
}

const fields = workspacePackages()
  .map(({ folder }) => `${folder}/src`)
  .filter((folder) => folder.startsWith('packages/'))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => documentedFields(`${folder}/${name}`)),
  );

test('the default of an option is in its comment as it is in its table', () => {
  expect(fields.length).toBeGreaterThan(80);
  expect(fields.filter(({ comment, value }) => !defaultIn(comment).includes(inWords(value)))).toEqual([]);
});

/** `10 000, and never beyond the end`. */
function defaultIn(comment: string): string {
  return /\bDefault: (.*)/.exec(comment)?.[1] ?? '';
}

/** `15 000`, `32 MiB`, `true`, `` `PUT` ``. */
function inWords(value: string): string {
  if (value.startsWith("'")) return value === "''" ? 'empty' : `\`${value.slice(1, -1)}\``;
  if (!/^\d/.test(value)) return value;
  const number = Number(value.replaceAll('_', ''));
  if (number >= MIB && number % MIB === 0) return `${number / MIB} MiB`;
  return number < 10_000 ? String(number) : String(number).replaceAll(/\B(?=(\d{3})+$)/g, ' ');
}

const MIB = 1024 ** 2;
