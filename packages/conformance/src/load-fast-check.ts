import type * as FastCheck from 'fast-check';

/** Loaded when it is needed: whoever only tests a service has no use for it. */
export async function loadFastCheck(): Promise<typeof FastCheck> {
  try {
    return await import('fast-check');
  } catch (cause) {
    throw new Error(
      '[testing] The conformance kits make random inputs with fast-check. Install it: npm install --save-dev fast-check',
      { cause },
    );
  }
}
