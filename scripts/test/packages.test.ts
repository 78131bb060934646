import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { publishablePackages, root, workspacePackages } from '../packages.mjs';

const repository = 'https://github.com/sightline-js/sightline';

describe('every manifest', () => {
  test.each([{ folder: '', manifest: rootManifest() }, ...workspacePackages()])(
    'says where $manifest.name comes from, and where to report a problem',
    ({ folder, manifest }) => {
      expect(manifest).toMatchObject({
        homepage: folder === '' ? `${repository}#readme` : `${repository}/tree/main/${folder}#readme`,
        bugs: { url: `${repository}/issues` },
        keywords: expect.arrayContaining(['observability']),
      });
      expect(manifest.repository).toEqual({
        type: 'git',
        url: `git+${repository}.git`,
        ...(folder !== '' && { directory: folder }),
      });
      expect(manifest.keywords.length, 'says more than what all packages say').toBeGreaterThan(1);
      expect(new Set(manifest.keywords).size).toBe(manifest.keywords.length);
    },
  );
});

describe.each(publishablePackages())('$manifest.name', ({ folder, manifest }) => {
  test('can be published', () => {
    expect(manifest).toMatchObject({
      name: expect.stringMatching(/^@sightline\//),
      description: expect.any(String),
      license: 'Apache-2.0',
      type: 'module',
      files: expect.arrayContaining(['dist', 'README.md']),
      engines: { node: '>=20.19' },
      publishConfig: { access: 'public' },
    });
  });

  test('lists every module with side effects, so that bundlers may leave out the others', () => {
    const { sideEffects } = manifest;
    if (sideEffects === false) return;
    const sources = sideEffects.filter((path: string) => path.startsWith('./src/'));
    expect(sideEffects).toEqual(
      expect.arrayContaining(sources.map((path: string) => path.replace(/^\.\/src\/(.+)\.ts$/, './dist/$1.*'))),
    );
    for (const source of sources) expect(existsSync(join(root, folder, source)), source).toBe(true);
  });

  test('brings every sibling whose code or types it uses, and no other', () => {
    const source = readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(root, folder, 'src', name), 'utf8'))
      .join('\n');
    const used = new Set([...source.matchAll(/(?:from |import\()'(@sightline\/[a-z-]+)/g)].map(([, name]) => name));
    used.delete(manifest.name);
    const brought = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    expect(brought.filter((name) => name.startsWith('@sightline/')).sort()).toEqual([...used].sort());
  });

  test('has a README', () => {
    expect(existsSync(join(root, folder, 'README.md'))).toBe(true);
  });

  test('has a CHANGELOG, which changesets fills', () => {
    const path = join(root, folder, 'CHANGELOG.md');
    expect(existsSync(path), `write "# ${manifest.name}" into ${folder}/CHANGELOG.md`).toBe(true);
    expect(readFileSync(path, 'utf8').startsWith(`# ${manifest.name}\n`)).toBe(true);
  });

  test('exports existing sources first, then ES modules and CommonJS with types', () => {
    const { './package.json': _, ...entries } = manifest.exports;
    expect(Object.keys(entries)).not.toEqual([]);
    for (const [subPath, entry] of Object.entries<Record<string, string> | string>(entries)) {
      if (typeof entry === 'string') {
        // Data, such as a JSON Schema, is published as it is.
        expect(entry, subPath).toBe(subPath);
        expect(existsSync(join(root, folder, entry)), subPath).toBe(true);
        expect(manifest.files).toContain(entry.replace('./', ''));
        continue;
      }
      const { module: forBundlers, ...others } = entry as Record<string, unknown>;
      expect(Object.keys(others), subPath).toEqual(['@sightline/source', 'import', 'require']);
      const name = /^\.\/src\/(.+)\.ts$/.exec(entry['@sightline/source'] ?? '')?.[1];
      expect(entry, subPath).toMatchObject({
        import: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
        require: { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` },
      });
      if (forBundlers !== undefined) {
        expect(forBundlers).toEqual({ types: `./dist/${name}.d.ts`, default: `./dist/bundler/${name}.js` });
        // The first condition that fits wins.
        expect(Object.keys(entry), subPath).toEqual(['@sightline/source', 'module', 'import', 'require']);
      }
      expect(existsSync(join(root, folder, 'src', `${name}.ts`)), subPath).toBe(true);
    }
  });

  test('names its types for resolvers that do not read exports', () => {
    const { '.': main, './package.json': _, ...subPaths } = manifest.exports;
    expect({ main: manifest.main, types: manifest.types }).toEqual({
      main: main?.require.default,
      types: main?.require.types,
    });
    const expected = Object.entries<{ require: { types: string } } | string>(subPaths).flatMap(([subPath, entry]) =>
      typeof entry === 'string' ? [] : [[subPath.slice(2), [entry.require.types]]],
    );
    expect(Object.entries(manifest.typesVersions?.['*'] ?? {})).toEqual(expected);
  });

  test('takes any 0.x version of a sibling that services bring, since changesets would raise all packages to 1.0.0 otherwise', () => {
    for (const [name, range] of Object.entries(manifest.peerDependencies ?? {})) {
      if (name.startsWith('@sightline/')) expect(range, name).toBe('workspace:>=0.1.0 <1.0.0');
    }
  });

  test('depends on its siblings through the workspace', () => {
    for (const kind of ['dependencies', 'devDependencies']) {
      for (const [name, range] of Object.entries(manifest[kind] ?? {})) {
        if (name.startsWith('@sightline/')) expect(range, `${kind} ${name}`).toBe('workspace:^');
      }
    }
  });
});

function rootManifest(): { name: string } & Record<string, unknown> {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}
