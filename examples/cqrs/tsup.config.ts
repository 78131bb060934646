import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/main.ts', 'src/service-process.ts', 'src/ops.ts'], // the last for `sightline ops`
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  clean: true,
  silent: true,
});
