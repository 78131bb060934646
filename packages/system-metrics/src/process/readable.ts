import { readdirSync, readFileSync } from 'node:fs';

/** The content of a file; `undefined` if it does not exist or must not be read (Node.js' permission model). */
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
