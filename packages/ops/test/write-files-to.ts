import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OpsFile } from '../src/model/ops-file.js';

/** Writes generated files below a folder, for the programs that read them. Returns the paths of those that `isAsked` takes. */
export function writeFilesTo(
  folder: string,
  files: readonly OpsFile[],
  isAsked: (file: OpsFile) => boolean = () => true,
): string[] {
  return files.filter(isAsked).map(({ path, text }) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    return join(folder, path);
  });
}
