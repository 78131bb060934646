import type { ServerResponse } from 'node:http';
import type { NodeResponse } from './node-messages.js';
import { replaceMethod } from './replace-method.js';

/** The bytes of a body so far. */
export interface BodyCount {
  readonly bytes: number;
}

/**
 * Counts the bytes of the body as they are written: not every response has a length header, and an aborted one is shorter. Wraps two
 * methods of this response.
 */
export function countBody(response: NodeResponse): BodyCount {
  const target = response as ServerResponse;
  const { write, end } = target;
  const count = { bytes: 0 };
  // `end(chunk)` may call `write` of the response itself (HTTP/2 does), which must not count twice.
  let isInside = false;
  const counted = <Method extends typeof write | typeof end>(method: Method): Method =>
    function countedCall(this: unknown, chunk: unknown, encoding: unknown): unknown {
      // biome-ignore lint/complexity/noArguments: a rest parameter would cost every call an array
      const args = arguments;
      if (isInside) return Reflect.apply(method, this, args);
      isInside = true;
      try {
        if (canHaveBody(target)) count.bytes += sizeOf(chunk, encoding);
        return Reflect.apply(method, this, args);
      } finally {
        isInside = false;
      }
    } as Method;
  replaceMethod(target, 'write', counted(write));
  replaceMethod(target, 'end', counted(end));
  return count;
}

/** For other responses Node.js discards the body. */
function canHaveBody({ req, statusCode }: ServerResponse): boolean {
  return req?.method !== 'HEAD' && statusCode !== 204 && statusCode !== 304;
}

function sizeOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  }
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}
