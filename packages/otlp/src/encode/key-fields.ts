/** The field `key` of a KeyValue: its tag, its length and its UTF-8. Kept for the names in use, which are few and come again and again. */
export function keyField(name: string): Uint8Array {
  const known = fields.get(name);
  if (known !== undefined) return known;
  const field = fieldOf(typeof name === 'string' ? name : String(name));
  if (field.length > MAX_KEPT_BYTES) return field;
  // Names made of data: what is in use comes back at once.
  if (fields.size >= MAX_KEPT) fields.clear();
  fields.set(name, field);
  return field;
}

const MAX_KEPT = 1000;
const MAX_KEPT_BYTES = 128;
const fields = new Map<string, Uint8Array>();

function fieldOf(name: string): Uint8Array {
  const size = Buffer.byteLength(name);
  const length: number[] = [];
  let left = size;
  for (; left > 0x7f; left >>>= 7) length.push((left & 0x7f) | 0x80);
  const head = Uint8Array.of(1 * 8 + 2, ...length, left);
  const field = new Uint8Array(head.length + size);
  field.set(head);
  Buffer.from(field.buffer).write(name, head.length);
  return field;
}
