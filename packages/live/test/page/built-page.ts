import { vi } from 'vitest';
import type { Viewer, ViewerOptions } from '../../src/index.js';

// The package's build puts the page into the code in place of this module (`inlined-page.mjs`). From sources, a test that imports this file
// first puts the page there that its browser was started with.

const built = vi.hoisted(() => ({ folder: '' }));

vi.mock('../../src/serve/page/built-in-page.js', async () => {
  const { readPageFiles } = await import('../../src/serve/page/page-files.js');
  return { builtInPage: () => readPageFiles(built.folder) };
});

/** The page of all services and viewers that this test starts. */
export function servePage(folder: string): void {
  built.folder = folder;
}

/** A viewer with this page: its modules are loaded after the one above was put in place. */
export async function openViewer(options: ViewerOptions): Promise<Viewer> {
  const live = await import('../../src/index.js');
  return live.openViewer(options);
}
