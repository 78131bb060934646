import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

  test('with a pipe in it is compared without waiting for it', async () => {
    execFileSync('mkfifo', [join(folder, 'a.txt')]);
    expect((await driftOf(folder, files)).map(({ path }) => path)).toContain('a.txt');
  });
});
