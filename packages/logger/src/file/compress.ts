import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { open, rename, stat, unlink } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { giveTo } from './open-file.js';
import { rolledFiles } from './retention.js';
import type { RolledNames } from './rolled-names.js';

/** Compresses what was rolled away, one file after the other, beside the service's work. */
export class Compressor {
  readonly #names: RolledNames;
  #running: Promise<void> = Promise.resolve();

  constructor(names: RolledNames) {
    this.#names = names;
  }

  /** Compresses all files that are not yet, those of earlier runs too. */
  start(): void {
    this.#running = this.#running.then(() => this.#compressAll());
  }

  /** Resolves when nothing is left to compress. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #compressAll(): Promise<void> {
    for (const { path, isCompressed } of rolledFiles(this.#names)) {
      if (isCompressed) continue;
      try {
        await compress(path);
      } catch {
        // It stays as it is, whole, and is tried again after the next roll.
        await unlink(`${path}.gz.part`).catch(() => {});
      }
    }
  }
}

// The old file goes only when the new one is on the disk under its name, so that a crash loses neither; one that has both
// finishes by taking the old one away.
async function compress(path: string): Promise<void> {
  const target = `${path}.gz`;
  if (!existsSync(target)) {
    const part = `${target}.part`;
    const owner = await stat(path);
    // Made readable by no other user before it is written.
    await pipeline(createReadStream(path), createGzip(), createWriteStream(part, { mode: owner.mode & 0o600 }));
    const file = await open(part, 'r+');
    try {
      giveTo(file.fd, owner);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, target);
  }
  await unlink(path);
}
