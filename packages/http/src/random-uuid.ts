import { randomFillSync } from 'node:crypto';

/**
 * A random UUID (RFC 9562, version 4). Like `crypto.randomUUID()`, but for 1024 of them at a time from the system, and as one flat
 * string: a header or a line that holds it need not join its pieces.
 */
export function randomUuid(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let at = 0;
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) at++;
    let byte = pool[used++] as number;
    if (i === 6) byte = (byte & 0x0f) | 0x40;
    else if (i === 8) byte = (byte & 0x3f) | 0x80;
    written[at++] = digits[byte >> 4] as number;
    written[at++] = digits[byte & 15] as number;
  }
  return written.toString('latin1');
}

const pool = new Uint8Array(16 * 1024);
let used = pool.length;

const digits: Uint8Array = Buffer.from('0123456789abcdef', 'latin1');
/** With its dashes, which stay. */
const written = Buffer.from('00000000-0000-0000-0000-000000000000', 'latin1');
