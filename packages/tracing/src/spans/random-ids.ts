/** The SDK's interface for generating ids: 32 and 16 lower-case hexadecimal digits, not all zero. */
export interface IdGenerator {
  generateTraceId(): string;
  generateSpanId(): string;
}

/** All bytes of its trace ids are random (W3C Trace Context, level 2). */
export const randomIds: IdGenerator = { generateTraceId: randomTraceId, generateSpanId: randomSpanId };

function randomTraceId(): string {
  const id = digits() + digits() + digits() + digits();
  return id === '00000000000000000000000000000000' ? randomTraceId() : id;
}

function randomSpanId(): string {
  const id = digits() + digits();
  return id === '0000000000000000' ? randomSpanId() : id;
}

// Random bytes are drawn in bulk: one call to the system per 64 trace ids instead of one each.
const pool = new Uint32Array(256);
let used = pool.length;

const pairs: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** 32 random bits as 8 digits. */
function digits(): string {
  if (used === pool.length) {
    globalThis.crypto.getRandomValues(pool);
    used = 0;
  }
  const bits = pool[used++] ?? 0;
  return `${pairs[bits >>> 24]}${pairs[(bits >>> 16) & 255]}${pairs[(bits >>> 8) & 255]}${pairs[bits & 255]}`;
}
