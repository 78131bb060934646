import { expect, test } from 'vitest';
import { publishablePackages } from '../packages.mjs';
import { inOrder, releaseProblems } from '../release.mjs';

const core = { folder: 'packages/core', manifest: { name: '@sightline/core', version: '0.2.0' } };
const sdk = {
  folder: 'packages/sdk',
  manifest: { name: '@sightline/sdk', version: '0.2.0', dependencies: { '@sightline/core': 'workspace:^' } },
};

test('a tag that all packages have is released', () => {
  expect(releaseProblems({ tag: 'v0.2.0', packages: [core, sdk], changesets: [] })).toEqual([]);
});

test('another tag, and pending changesets, are refused with what to do', () => {
  expect(releaseProblems({ tag: 'v0.3.0', packages: [core], changesets: ['a.md'] })).toEqual([
    '@sightline/core has version 0.2.0. Give the tag v0.2.0.',
    'Changesets are pending: a.md. Run npm run version:packages and commit what it does.',
  ]);
});

test('packages are published after what they depend on', () => {
  expect(inOrder([sdk, core])).toEqual([core, sdk]);
  const names = inOrder(publishablePackages()).map(({ manifest }) => manifest.name);
  expect(names).toHaveLength(publishablePackages().length);
  expect(names.indexOf('@sightline/tracing')).toBeLessThan(names.indexOf('@sightline/http'));
});
