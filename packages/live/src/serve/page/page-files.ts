import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A file of the page's build. */
export interface PageFile {
  readonly contentType: string;
  /** Whether its name changes with its content. */
  readonly isImmutable: boolean;
  /** Of the content, without quotes. */
  readonly etag: string;
  /** By content encoding; there is always `identity`. */
  readonly variants: ReadonlyMap<Encoding, Buffer>;
}

export type Encoding = 'br' | 'gzip' | 'identity';

/** Reads all files of the page's build, by their path: `/index.html`, `/assets/page.1a2b3c4d.js`. Empty if there is no such folder. */
export async function readPageFiles(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const names = await namesIn(folder);
  const files = new Map<string, PageFile>();
  for (const name of names) {
    if (contentTypeOf(name) === undefined) continue;
    const variants = new Map<Encoding, Buffer>();
    for (const [encoding, suffix] of suffixes) {
      if (names.includes(name + suffix)) variants.set(encoding, await readFile(join(folder, name + suffix)));
    }
    put(files, name.replaceAll('\\', '/'), variants);
  }
  return files;
}

/** The same of files that are compressed by gzip and in base64, by name. */
export function pageFilesOf(compressed: Readonly<Record<string, string>>): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const [name, base64] of Object.entries(compressed)) {
    const gzip = Buffer.from(base64, 'base64');
    put(
      files,
      name,
      new Map<Encoding, Buffer>([
        ['gzip', gzip],
        ['identity', gunzipSync(gzip)],
      ]),
    );
  }
  return files;
}

function put(files: Map<string, PageFile>, name: string, variants: ReadonlyMap<Encoding, Buffer>): void {
  const contentType = contentTypeOf(name);
  if (contentType === undefined) return;
  const etag = createHash('sha256')
    .update(variants.get('identity') ?? '')
    .digest('base64url');
  files.set(`/${name}`, { contentType, isImmutable: hashed.test(name), etag, variants });
}

const suffixes: ReadonlyArray<readonly [Encoding, string]> = [
  ['br', '.br'],
  ['gzip', '.gz'],
  ['identity', ''],
];

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
  json: 'application/json; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
};

// `page.1a2b3c4d.js`, `page-1a2b3c4d.css`
const hashed = /[.-][\w-]{8,}\.(?:js|css|svg|png|woff2)$/;

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR')
      return [];
    throw error;
  }
}

function contentTypeOf(name: string): string | undefined {
  return contentTypes[name.slice(name.lastIndexOf('.') + 1)];
}
