import { readdirSync, readFileSync } from 'node:fs';

/** The text of a file; `undefined` where it is not there, or must not be read: Node.js' permission model throws for both. */
export function readableText(path: string): string | undefined {
  return attempted(() => readFileSync(path, 'utf8'));
}

export function isListable(folder: string): boolean {
  return attempted(() => readdirSync(folder)) !== undefined;
}

function attempted<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
