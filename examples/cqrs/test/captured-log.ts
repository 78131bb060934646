import type { Log } from '@sightline/sdk';

export function capturedLog(): Log & { readonly messages: readonly string[] } {
  const messages: string[] = [];
  const write = (_fields: object, message: string): void => void messages.push(message);
  return { info: write, warn: write, error: write, messages };
}
