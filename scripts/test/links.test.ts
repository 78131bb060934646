import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenLinks, linkingPages } from '../docs/links.mjs';
import { publishablePackages, root } from '../packages.mjs';

test.each(linkingPages())('every file and heading that %s links to is there', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

test('a link to a file or a heading that is not there is found, and no other', () => {
  const text = [
    '[a](docs/README.md) [b](docs/nowhere.md) [c](docs/architecture/where.md#the-service-kit) [d](SECURITY.md#nowhere)',
    '[e](https://example.com/nowhere) [f](#security) [g](../elsewhere)',
    '```md',
    '[h](nowhere)',
    '```',
  ].join('\n');
  expect(brokenLinks('SECURITY.md', text)).toEqual(['docs/nowhere.md', 'SECURITY.md#nowhere', '../elsewhere']);
});

test('every counter of our own that the pages name is in the code', () => {
  const sources = publishablePackages().flatMap(({ folder }) =>
    readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(root, folder, 'src', name), 'utf8')),
  );
  const known = new Set(sources.flatMap((text) => text.match(/\bsightline_[a-z_]+/g) ?? []));
  const named = linkingPages().flatMap((page) => {
    const names = readFileSync(join(root, page), 'utf8').match(/\bsightline_[a-z_]*[a-z]\b/g) ?? [];
    return names.filter((name) => !known.has(name)).map((name) => `${page}: ${name}`);
  });
  expect(named).toEqual([]);
});
