import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/main.ts', 'src/simulated-exchange.ts'], // the second for commonjs.cjs
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  clean: true,
  silent: true,
});
