import type * as FastCheck from 'fast-check';

/** Loads fast-check when a case needs it. */
export async function loadFastCheck(): Promise<typeof FastCheck> {
  try {
    return await import('fast-check');
  } catch (cause) {
    throw new Error(
      '[conformance] The conformance kits make random inputs with fast-check. Install it: npm install --save-dev fast-check',
      { cause },
    );
  }
}
