import type { Readable } from 'node:stream';
import { Refusal } from './refusal.js';
import { type Body, type BodyLimits, readBody } from './request-body.js';

/** The message of a unary call ("gRPC over HTTP2", Length-Prefixed-Message). */
export interface GrpcMessage extends Body {
  readonly isCompressed: boolean;
}

/** Reads the one message of a call, however its frames split it. Rejects with a `Refusal` for anything else. */
export async function readMessage(
  stream: Readable,
  { maxBytes, budget }: Omit<BodyLimits, 'declared'>,
): Promise<GrpcMessage> {
  const body = await readBody(stream, { maxBytes: maxBytes + PREFIX_BYTES, declared: undefined, budget });
  try {
    return { ...messageOf(body.bytes), release: () => body.release() };
  } catch (error) {
    body.release();
    throw error;
  }
}

/** A message with its prefix. */
export function framed(message: Buffer): Buffer {
  const frame = Buffer.alloc(PREFIX_BYTES + message.length);
  frame.writeUInt32BE(message.length, 1);
  message.copy(frame, PREFIX_BYTES);
  return frame;
}

const PREFIX_BYTES = 5;

function messageOf(bytes: Buffer): { readonly bytes: Buffer; readonly isCompressed: boolean } {
  if (bytes.length < PREFIX_BYTES) throw new Refusal(400, 'The call has no message.');
  const [flag] = bytes;
  if (flag !== 0 && flag !== 1) throw new Refusal(400, `The message has the flag ${flag}, which is none of gRPC.`);
  const length = bytes.readUInt32BE(1);
  const found = bytes.length - PREFIX_BYTES;
  if (length > found) throw new Refusal(400, `The message has ${found} of its ${length} bytes.`);
  if (length < found) throw new Refusal(400, 'The call has more than one message.');
  return { bytes: bytes.subarray(PREFIX_BYTES), isCompressed: flag === 1 };
}
