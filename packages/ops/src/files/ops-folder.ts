import { lstat, mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname as folderOf, join, posix } from 'node:path';
import type { OpsFile } from '../model/ops-file.js';

/** Lists what was generated, so that a later generation removes what it no longer has. Never a file of `local/`. */
export const MANIFEST = 'generated.json';

/** A file whose content is not what would be generated; `undefined`: it is not there, or should not be. */
export interface Drift {
  readonly path: string;
  readonly there: string | undefined;
  readonly generated: string | undefined;
}

/**
 * Writes `files`, each whole or not at all, and removes those of an earlier generation that are no longer among them. Touches nothing else,
 * nor what a link leads to. The list is written last: an interrupted generation is completed by the next.
 */
export async function writeFiles(folder: string, files: readonly OpsFile[]): Promise<Drift[]> {
  const changes = await driftOf(folder, files);
  const isList = ({ path }: Drift): boolean => path === MANIFEST;
  for (const { path: file, generated } of [...changes.filter((each) => !isList(each)), ...changes.filter(isList)]) {
    const target = join(folder, file);
    await refuseLinks(folder, file);
    if (generated === undefined) {
      await rm(target, { force: true });
      await removeIfEmpty(folderOf(target));
      continue;
    }
    await mkdir(folderOf(target), { recursive: true });
    await writeWhole(target, generated);
  }
  return changes;
}

async function refuseLinks(folder: string, file: string): Promise<void> {
  const names = file.split('/').slice(0, -1);
  for (const i of names.keys()) {
    const parent = join(folder, ...names.slice(0, i + 1));
    const found = await lstat(parent).catch(() => undefined);
    if (found?.isSymbolicLink() === true) {
      throw new Error(
        `[ops] ${parent} is a link to elsewhere, where nothing is written or removed. Replace it by a folder.`,
      );
    }
  }
}

async function writeWhole(file: string, text: string): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    await writeFile(part, text);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** What differs from `files`: edited by hand, out of date, absent, or left over. */
export async function driftOf(folder: string, files: readonly OpsFile[]): Promise<Drift[]> {
  const wanted = new Map([...files, manifestOf(files)].map((file) => [file.path, file.text]));
  const left = (await generatedBefore(folder)).filter((file) => !wanted.has(file));
  const drift: Drift[] = [];
  for (const [file, generated] of wanted) {
    const there = await textOf(join(folder, file));
    if (there === undefined || withoutReturns(there) !== withoutReturns(generated)) {
      drift.push({ path: file, there, generated });
    }
  }
  for (const file of left) {
    const there = await textOf(join(folder, file));
    if (there !== undefined) drift.push({ path: file, there, generated: undefined });
  }
  return drift;
}

/** Git on Windows checks files out with CRLF (`core.autocrlf`), which every reader of them takes. */
function withoutReturns(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function manifestOf(files: readonly OpsFile[]): OpsFile {
  const paths = files.map((file) => file.path).sort();
  return { path: MANIFEST, text: `${JSON.stringify(paths, undefined, 2)}\n` };
}

/** Only paths within the folder: the list may have been edited. */
async function generatedBefore(folder: string): Promise<string[]> {
  try {
    const listed: unknown = JSON.parse((await textOf(join(folder, MANIFEST))) ?? '[]');
    if (!Array.isArray(listed)) return [];
    return listed.filter(
      (file): file is string =>
        typeof file === 'string' &&
        !/^local\/|\\|\0/i.test(file) &&
        posix.normalize(file) === file &&
        !/^(\/|\.\.?(\/|$))/.test(file),
    );
  } catch {
    return [];
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    // Reading a pipe may wait for ever.
    return (await stat(file)).isFile() ? await readFile(file, 'utf8') : undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(Reflect.get(Object(error), 'code'))) return undefined;
    throw error;
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    if ((await readdir(folder)).length === 0) await rmdir(folder);
  } catch {
    // It is not there, or in use.
  }
}
