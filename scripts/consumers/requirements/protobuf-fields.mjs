/**
 * The values of a field of a protobuf message, by the path of field numbers: messages and strings as bytes, numbers as
 * bigint. `fieldsAt(request, 1, 2, 2, 5)` is the name of each span of an OTLP request.
 * @param {Buffer} message
 * @param {...number} path
 * @returns {any[]}
 */
export function fieldsAt(message, ...path) {
  const [number, ...rest] = path;
  if (number === undefined) return [message];
  const values = fieldsOf(message).filter((field) => field.number === number);
  if (rest.length === 0) return values.map(({ value }) => value);
  return values.flatMap(({ value }) => (Buffer.isBuffer(value) ? fieldsAt(value, ...rest) : []));
}

/** @returns {Array<{ number: number, value: Buffer | bigint }>} */
function fieldsOf(/** @type {Buffer} */ message) {
  const fields = [];
  let offset = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(offset++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (offset < message.length) {
    const key = Number(varint());
    const number = key >> 3;
    switch (key & 7) {
      case 0:
        fields.push({ number, value: varint() });
        break;
      case 1:
        fields.push({ number, value: message.readBigUInt64LE(offset) });
        offset += 8;
        break;
      case 2: {
        const length = Number(varint());
        fields.push({ number, value: message.subarray(offset, offset + length) });
        offset += length;
        break;
      }
      case 5:
        fields.push({ number, value: BigInt(message.readUInt32LE(offset)) });
        offset += 4;
        break;
      default:
        throw new Error(`no protobuf: wire type ${key & 7} at byte ${offset}`);
    }
  }
  return fields;
}
