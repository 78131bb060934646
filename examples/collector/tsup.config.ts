import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/main.ts', 'src/simulated-exchange.ts', 'src/ops.ts'], // the second for commonjs.cjs, the third for `sightline ops`
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  clean: true,
  silent: true,
});
