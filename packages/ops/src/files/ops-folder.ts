import { chmod, lstat, mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname as folderOf, join, posix } from 'node:path';
import { messageOf } from '@sightline/base';
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
 * nor what a link within the folder leads to; the folder may be a link. An interrupted generation is completed by the next, which also
 * removes the parts of files that it left: the list has the files of both before the first is written, and those of the new one at last.
 */
export async function writeFiles(folder: string, files: readonly OpsFile[]): Promise<Drift[]> {
  const changes = await driftOf(folder, files);
  await removeParts(folder, [...files, ...changes]);
  const lists = changes.filter(({ path }) => path === MANIFEST);
  for (const { path } of lists) {
    await write(folder, path, manifestText([...(await generatedBefore(folder)), ...files.map((file) => file.path)]));
  }
  for (const { path, generated } of [...changes.filter((each) => each.path !== MANIFEST), ...lists]) {
    if (generated === undefined) await remove(folder, path);
    else await write(folder, path, generated);
  }
  return changes;
}

async function remove(folder: string, file: string): Promise<void> {
  await refuseLinks(folder, file);
  await rm(join(folder, file), { force: true });
  await removeIfEmpty(folderOf(join(folder, file)));
}

async function write(folder: string, file: string, text: string): Promise<void> {
  await refuseLinks(folder, file);
  const target = join(folder, file);
  try {
    await makeFolder(folderOf(target));
    await writeWhole(target, text);
  } catch (error) {
    // Some errors of a full disk name no file.
    throw new Error(`[ops] ${target} could not be written: ${messageOf(error)}`, { cause: error });
  }
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

/** With its parents. `mkdir` with `recursive` takes a disk that cannot be written to for a parent that is not there. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT' || folderOf(folder) === folder) throw error;
    await makeFolder(folderOf(folder));
    await makeFolder(folder);
  }
}

/** Being written by this process. */
const parts = new Set<string>();

async function writeWhole(file: string, text: string): Promise<void> {
  let part = `${file}.${process.pid}.part`;
  for (let n = 1; parts.has(part); n++) part = `${file}.${process.pid}-${n}.part`;
  parts.add(part);
  try {
    await writeFile(part, text);
    const before = await stat(file).catch(() => undefined);
    // Containers read the files as users of their own, for whom they may have been opened.
    if (before?.isFile() === true) await chmod(part, before.mode & 0o777);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    parts.delete(part);
  }
}

/** What processes left that were killed while they wrote. */
async function removeParts(folder: string, files: ReadonlyArray<{ readonly path: string }>): Promise<void> {
  const wanted = new Set(files.map(({ path }) => path));
  for (const place of new Set([...wanted].map((path) => posix.dirname(path)))) {
    for (const name of await readdir(join(folder, place)).catch(() => [])) {
      const [, whole = '', pid] = /^(.+)\.(\d+)(?:-\d+)?\.part$/.exec(name) ?? [];
      const part = join(folder, place, name);
      if (!wanted.has(posix.join(place, whole)) || parts.has(part) || isOfAnother(Number(pid))) continue;
      await refuseLinks(folder, posix.join(place, whole));
      await rm(part, { force: true });
    }
  }
}

/** Whether another process has the id, which may be writing now. */
function isOfAnother(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function codeOf(error: unknown): unknown {
  return Reflect.get(Object(error), 'code');
}

/**
 * What differs from `files`: edited by hand, out of date, absent, or left over.
 * @throws if `folder` is something else than a folder
 */
export async function driftOf(folder: string, files: readonly OpsFile[]): Promise<Drift[]> {
  await refuseOther(folder);
  const wanted = new Map(files.map((file) => [file.path, file.text]));
  wanted.set(MANIFEST, manifestText([...wanted.keys()]));
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

async function refuseOther(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined && (await lstat(folder).catch(() => undefined))?.isSymbolicLink() === true) {
    throw new Error(
      `[ops] ${folder} is a link to what is not there. Make the folder that it leads to, or give another: --out.`,
    );
  }
  if (found?.isDirectory() === false) throw new Error(`[ops] ${folder} is no folder. Give another: --out.`);
}

/** Git on Windows checks files out with CRLF (`core.autocrlf`), which every reader of them takes. */
function withoutReturns(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function manifestText(paths: readonly string[]): string {
  return `${JSON.stringify([...new Set(paths)].sort(), undefined, 2)}\n`;
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
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(String(codeOf(error)))) return undefined;
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
