export type Serializers = Readonly<Record<string, ((value: never) => unknown) | undefined>>;

/** Calls a service's serializer for the key, if there is one. */
export function serialized(serializers: Serializers, key: string, value: unknown): unknown {
  const serializer = serializers[key];
  if (serializer === undefined) return value;
  try {
    return serializer(value as never);
  } catch {
    return '[Serializer threw]';
  }
}
