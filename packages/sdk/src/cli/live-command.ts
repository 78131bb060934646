import { optionalPackage } from './optional-package.js';

/** Opens the viewer of `@sightline/live`, and resolves when it has ended. Sets the exit code. */
export async function openLiveViewer(args: readonly string[]): Promise<void> {
  const { runViewer } = await optionalPackage(
    () => import('@sightline/live/cli'),
    'The viewer needs the package @sightline/live: npm install @sightline/live, or npx @sightline/live',
  );
  await runViewer?.(args);
}
