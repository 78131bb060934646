import { isBytes } from '../untrusted-values.js';
import type { MessageEnvelope } from './message-envelope.js';

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

export type EnvelopeHead = Omit<MessageEnvelope, 'payload'>;

/** The envelope as JSON. A payload that is JSON already is neither parsed nor copied twice. */
export function encodeEnvelope(head: EnvelopeHead, payload: unknown, json: string | Uint8Array | undefined): string {
  const text = json instanceof Uint8Array ? fromUtf8.decode(json) : (json ?? jsonOf(payload));
  return `${opened(head, json === undefined && isBytes(payload))}${text}}`;
}

export function encodeEnvelopeBytes(
  head: EnvelopeHead,
  payload: unknown,
  json: string | Uint8Array | undefined,
): Uint8Array {
  if (!(json instanceof Uint8Array)) return utf8.encode(encodeEnvelope(head, payload, json));
  const start = utf8.encode(opened(head, false));
  const bytes = new Uint8Array(start.length + json.length + 1);
  bytes.set(start);
  bytes.set(json, start.length);
  bytes[bytes.length - 1] = 125; // }
  return bytes;
}

function opened(head: EnvelopeHead, isBinary: boolean): string {
  return `${JSON.stringify(head).slice(0, -1)},"${isBinary ? 'payload_base64' : 'payload'}":`;
}

function jsonOf(payload: unknown): string {
  if (isBytes(payload)) return `"${toBase64(payload)}"`;
  // Undefined also for functions and symbols, which JSON writes as null inside lists.
  return JSON.stringify(payload) ?? 'null';
}

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

/** `undefined` if it is no base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}
