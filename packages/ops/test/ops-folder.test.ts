import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { driftOf, writeFiles } from '../src/files/ops-folder.js';

const files = [
  { path: 'a.txt', text: 'a\n' },
  { path: 'd/b.txt', text: 'b\n' },
];
const old = { path: 'old/x.txt', text: 'x\n' };

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sightline-folder-'));
  folder = join(root, 'ops');
  mkdirSync(folder);
  return () => rmSync(root, { recursive: true });
});

describe('a generated folder', () => {
  test('has nothing but its files, also after two generations at once', async () => {
    await Promise.all([writeFiles(folder, files), writeFiles(folder, files)]).catch(() => undefined);
    await writeFiles(folder, files);
    expect(await driftOf(folder, files)).toEqual([]);
    expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual(['a.txt', 'd', 'd/b.txt', 'generated.json']);
  });

  test('replaces a link to a file, and leaves what it led to', async () => {
    writeFileSync(join(root, 'theirs'), 'theirs');
    symlinkSync('../theirs', join(folder, 'a.txt'));
    await writeFiles(folder, files);
    expect(readFileSync(join(root, 'theirs'), 'utf8')).toBe('theirs');
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('a\n');
  });

  test.each(['../theirs', 'local'])('neither writes nor removes through a link to %s', async (place) => {
    await writeFiles(folder, [...files, old]);
    for (const name of ['d', 'old']) rmSync(join(folder, name), { recursive: true });
    mkdirSync(join(folder, place));
    writeFileSync(join(folder, place, 'x.txt'), 'theirs');
    symlinkSync(place, join(folder, 'old'));
    await expect(writeFiles(folder, files)).rejects.toThrow('old is a link to elsewhere');
    expect(readdirSync(join(folder, place))).toEqual(['x.txt']);
  });

  test('of a generation that was interrupted is completed by the next', async () => {
    await writeFiles(folder, [...files, old]);
    rmSync(join(folder, 'a.txt'));
    mkdirSync(join(folder, 'a.txt/in-the-way'), { recursive: true });
    await expect(writeFiles(folder, files)).rejects.toThrow('EISDIR');
    expect((await driftOf(folder, files)).map(({ path }) => path)).toEqual(['a.txt', 'generated.json', 'old/x.txt']);
    rmSync(join(folder, 'a.txt'), { recursive: true });
    await writeFiles(folder, files);
    expect(readdirSync(folder).toSorted()).toEqual(['a.txt', 'd', 'generated.json']);
  });

  test('is cleared of the parts of files that a killed generation left, and of no others', async () => {
    await writeFiles(folder, [...files, old]);
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const left = [`a.txt.${dead}.part`, `d/b.txt.${process.pid}.part`, `old/x.txt.${dead}-2.part`];
    const kept = [`a.txt.${process.ppid}.part`, `mine.txt.${dead}.part`, 'a.txt.part'];
    for (const name of [...left, ...kept]) writeFileSync(join(folder, name), 'half');
    expect((await driftOf(folder, [...files, old])).length).toBe(0);
    await writeFiles(folder, files);
    const names = readdirSync(folder, { recursive: true }).toSorted();
    expect(names).toEqual(['a.txt', 'd', 'd/b.txt', 'generated.json', ...kept].toSorted());
  });

  test('keeps the modes of its files', async () => {
    await writeFiles(folder, files);
    chmodSync(join(folder, 'a.txt'), 0o640);
    await writeFiles(folder, [{ path: 'a.txt', text: 'changed\n' }, ...files.slice(1)]);
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('changed\n');
    expect(statSync(join(folder, 'a.txt')).mode & 0o777).toBe(0o640);
  });

  test('may be a link to a folder', async () => {
    rmdirSync(folder);
    mkdirSync(join(root, 'elsewhere'));
    symlinkSync('elsewhere', folder);
    await writeFiles(folder, files);
    expect(readFileSync(join(root, 'elsewhere/d/b.txt'), 'utf8')).toBe('b\n');
    expect(await driftOf(folder, files)).toEqual([]);
  });

  test.each([
    ['a file', () => writeFileSync(folder, ''), 'ops is no folder. Give another: --out.'],
    ['a link to nothing', () => symlinkSync('nowhere', folder), 'ops is a link to what is not there.'],
  ])('that is %s is refused, and not taken for different', async (_what, make, message) => {
    rmdirSync(folder);
    make();
    await expect(writeFiles(folder, files)).rejects.toThrow(message);
    await expect(driftOf(folder, files)).rejects.toThrow(message);
  });

  test('that cannot be written to says which file and why', async () => {
    writeFileSync(join(folder, 'd'), 'in the way');
    await expect(writeFiles(folder, files)).rejects.toThrow(
      /^\[ops\] .*ops\/d\/b\.txt could not be written: EEXIST: file already exists, mkdir/,
    );
  });

  test('has nothing of a first generation that was interrupted, of a service that has changed since', async () => {
    const blocked = { path: 'z.txt/z.txt', text: 'z\n' };
    writeFileSync(join(folder, 'z.txt'), 'in the way');
    await expect(writeFiles(folder, [...files, old, blocked])).rejects.toThrow('could not be written');
    expect(readdirSync(folder)).toContain('old');
    await writeFiles(folder, files);
    expect(readdirSync(folder).toSorted()).toEqual(['a.txt', 'd', 'generated.json', 'z.txt']);
  });

  test('with a pipe in it is compared without waiting for it', async () => {
    execFileSync('mkfifo', [join(folder, 'a.txt')]);
    expect((await driftOf(folder, files)).map(({ path }) => path)).toContain('a.txt');
  });
});
