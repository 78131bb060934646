import { fileURLToPath as pathOfUrl } from 'node:url';
import { type PageFile, readPageFiles } from './page-files.js';

/** The page. From sources there is one if a test has put it there; the package's build puts the page itself here (`inlined-page.mjs`). */
export async function builtInPage(): Promise<ReadonlyMap<string, PageFile>> {
  return readPageFiles(pathOfUrl(new URL('../../../dist/page', import.meta.url)));
}
