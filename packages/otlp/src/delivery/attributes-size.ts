/** Estimates the bytes of attributes, to bound a queue. */
export function attributesSize(attributes: Readonly<Record<string, unknown>> | undefined): number {
  let size = 0;
  for (const key in attributes) size += key.length + valueSize(attributes[key]);
  return size;
}

/** The size of a number, and of the overhead per value. */
const PLAIN_SIZE = 8;
const MAX_ITEMS = 4096;

function valueSize(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return PLAIN_SIZE;
  if (!Array.isArray(value)) return PLAIN_SIZE + attributesSize(value as Readonly<Record<string, unknown>>);
  let size = PLAIN_SIZE;
  // A sparse array may have a huge length.
  for (let i = 0; i < value.length && i < MAX_ITEMS; i++) size += valueSize(value[i]);
  return size;
}
