import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { Refusal } from './refusal.js';

/** The contents of a compressed body. Stops, and rejects with a `Refusal`, as soon as they are larger than allowed. */
export type Inflate = (body: Buffer, maxBytes: number) => Promise<Buffer>;

/** `undefined` for an encoding that is not known. */
export function inflateOf(encoding: string): Inflate | undefined {
  return inflates.get(encoding.trim().toLowerCase());
}

/** For headers that say what is understood. */
export const knownEncodings = 'gzip, deflate, br';

type Decompress = (
  body: Buffer,
  options: { readonly maxOutputLength: number },
  done: (error: NodeJS.ErrnoException | null, contents: Buffer) => void,
) => void;

function inflateWith(decompress: Decompress): Inflate {
  return (body, maxBytes) =>
    new Promise((resolve, reject) => {
      decompress(body, { maxOutputLength: maxBytes }, (error, contents) => {
        if (error === null) resolve(contents);
        else if (error.code === 'ERR_BUFFER_TOO_LARGE') {
          reject(
            new Refusal(413, `The request is larger than ${maxBytes} bytes when it is inflated. Send smaller batches.`),
          );
        } else reject(new Refusal(400, `The request cannot be inflated: ${error.message}.`));
      });
    });
}

const inflates: ReadonlyMap<string, Inflate> = new Map([
  ['gzip', inflateWith(gunzip)],
  ['x-gzip', inflateWith(gunzip)],
  ['deflate', inflateWith(inflate)],
  ['br', inflateWith(brotliDecompress)],
]);
