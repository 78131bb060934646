const mayImport = require('./scripts/may-import.cjs');
const standAlone = ['base', 'core', 'context'];

const sources = (name) => `^packages/${name}/src/`;
const isSource = '^packages/(backends/)?[^/]+/src/';

const directions = Object.entries(mayImport).flatMap(([name, allowed]) => {
  // $1 is the package itself, so that one backend may not import another although both match the same pattern.
  const from = { path: `^packages/(${name})/src/` };
  const permitted = ['^packages/$1/', ...allowed.map(sources)];
  const typesPermitted = standAlone.includes(name) ? [] : standAlone.map(sources);
  return [
    {
      name: `${name}-imports-only-${allowed.join('-') || 'itself'}`,
      severity: 'error',
      from,
      to: { path: '^packages/', pathNot: [...permitted, ...typesPermitted] },
    },
    {
      name: `${name}-takes-only-types-elsewhere`,
      severity: 'error',
      from,
      to: { path: standAlone.map(sources), pathNot: permitted, dependencyTypesNot: ['type-only'] },
    },
  ];
});

module.exports = {
  forbidden: [
    ...directions,
    {
      name: 'packages-without-a-rule',
      comment: 'A new package needs a line in mayImport.',
      severity: 'error',
      from: { path: isSource, pathNot: Object.keys(mayImport).map(sources) },
      to: {},
    },
    {
      name: 'no-package-imports-examples-or-bench',
      severity: 'error',
      from: { path: isSource },
      to: { path: '^(examples|bench)/' },
    },
    {
      name: 'by-name-not-by-path',
      comment: 'Another package is imported by its name, never by a relative path into its folder.',
      severity: 'error',
      from: { path: '^(packages/(?:backends/)?[^/]+|examples/[^/]+|bench)/' },
      to: { path: '^packages/', pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'core-has-no-dependencies',
      comment: 'Neither node: modules nor npm packages, so that core runs anywhere and costs nothing to import.',
      severity: 'error',
      from: { path: sources('core') },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled'] },
    },
    {
      name: 'no-undeclared-dependency',
      severity: 'error',
      from: { path: isSource },
      // Our own packages are left to no-unresolvable: pnpm links only declared ones.
      to: {
        pathNot: '^packages/',
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'],
        // It takes `peerDependenciesMeta` for a kind of dependency that it does not know.
        dependencyTypesNot: ['npm-peer'],
      },
    },
    {
      name: 'no-development-dependency-in-sources',
      severity: 'error',
      from: { path: isSource },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm-peer', 'npm'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@sightline/source', 'import', 'types', 'node', 'default'],
    },
  },
};
