import type { Readable } from 'node:stream';
import { Refusal } from './refusal.js';
import type { RequestBudget } from './request-budget.js';

export interface Body {
  readonly bytes: Buffer;
  /** When the bytes are no longer needed. */
  release(): void;
}

export interface BodyLimits {
  readonly maxBytes: number;
  /** The length that the sender declares, if it does. */
  readonly declared: string | undefined;
  readonly budget: RequestBudget;
}

/** Reads a body in bounds: its own, and those of all requests together. Rejects with a `Refusal`, or as the stream fails. */
export async function readBody(stream: Readable, { maxBytes, declared, budget }: BodyLimits): Promise<Body> {
  const length = declared === undefined ? 0 : Number(declared);
  if (length > maxBytes) throw tooLarge(maxBytes);
  let reserved = 0;
  const reserve = (bytes: number): void => {
    if (bytes <= reserved) return;
    if (!budget.reserve(bytes - reserved)) {
      throw new Refusal(429, 'Too many requests are being received at once. Send again later.');
    }
    reserved = bytes;
  };
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    reserve(length);
    // Destroying the stream would end the connection before the answer.
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      reserve(size);
      chunks.push(chunk);
    }
  } catch (error) {
    budget.release(reserved);
    throw error;
  }
  const [only] = chunks;
  return {
    bytes: chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size),
    release: () => budget.release(reserved),
  };
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal(413, `The request is larger than ${maxBytes} bytes. Send smaller batches.`);
}
