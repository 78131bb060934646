// Vitest does not look for vitest.workspace.ts by itself; this serves editors and a bare `vitest`.
export { default } from './vitest.workspace.js';
