/** Reads the fields of a protobuf message by number. `undefined` if the bytes are not a message. */
export function readProtobuf(bytes: Uint8Array): ReadMessage | undefined {
  const numbers = new Map<number, number>();
  const messages = new Map<number, Uint8Array[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; at < bytes.length && factor < 2 ** 70; factor *= 0x80) {
      const byte = bytes[at++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        numbers.set(number, varint());
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const end = varint() + at;
        if (!(end <= bytes.length)) return undefined;
        messages.set(number, [...(messages.get(number) ?? []), bytes.subarray(at, end)]);
        at = end;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        return undefined;
    }
    if (Number.isNaN(numbers.get(number))) return undefined;
  }
  if (at > bytes.length) return undefined;
  return {
    number: (field) => numbers.get(field) ?? 0,
    text: (field) => Buffer.from(messages.get(field)?.at(-1) ?? []).toString(),
    messages: (field) =>
      (messages.get(field) ?? []).flatMap((each) => {
        const message = readProtobuf(each);
        return message === undefined ? [] : [message];
      }),
  };
}

export interface ReadMessage {
  /** 0 if absent. Unsigned. */
  number(field: number): number;
  text(field: number): string;
  messages(field: number): readonly ReadMessage[];
}
