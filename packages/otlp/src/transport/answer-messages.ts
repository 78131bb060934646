import { OtlpDecodeError } from '../decode/decode-error.js';
import { ProtobufReader } from '../decode/protobuf-reader.js';

// The protobuf messages of answers. An answer comes from anywhere, so each is `undefined` for bytes that are none.

/** Export…PartialSuccess in an Export…ServiceResponse: all signals have the same numbers. */
export function partialSuccessIn(bytes: Uint8Array): { rejected: number; message: string } | undefined {
  return read(bytes, (reader) => {
    const partial = { rejected: 0, message: '' };
    eachField(reader, {
      10: () =>
        eachFieldWithin(reader, {
          8: () => {
            partial.rejected = Number(reader.int64());
          },
          18: () => {
            partial.message = textOf(reader);
          },
        }),
    });
    return partial;
  });
}

/** google.rpc.Status, with the delay of a google.rpc.RetryInfo among its details. */
export function statusIn(bytes: Uint8Array): { message: string; retryDelayMs: number | undefined } | undefined {
  return read(bytes, (reader) => {
    const status = { message: '', retryDelayMs: undefined as number | undefined };
    eachField(reader, {
      18: () => {
        status.message = textOf(reader);
      },
      26: () => {
        const { type, value } = anyIn(reader);
        if (type.endsWith('/google.rpc.RetryInfo')) status.retryDelayMs ??= retryDelayMs(value);
      },
    });
    return status;
  });
}

/** google.protobuf.Any */
function anyIn(reader: ProtobufReader): { type: string; value: Uint8Array } {
  const any = { type: '', value: new Uint8Array() };
  eachFieldWithin(reader, {
    10: () => {
      any.type = textOf(reader);
    },
    18: () => {
      any.value = Uint8Array.from(reader.copied(MAX_TEXT_BYTES, ignore));
    },
  });
  return any;
}

/** google.rpc.RetryInfo { retry_delay = 1 }, google.protobuf.Duration { seconds = 1, nanos = 2 } */
function retryDelayMs(bytes: Uint8Array): number | undefined {
  return read(bytes, (reader) => {
    let delayMs: number | undefined;
    eachField(reader, {
      10: () => {
        let seconds = 0;
        let nanos = 0;
        eachFieldWithin(reader, {
          8: () => {
            seconds = Number(reader.int64());
          },
          16: () => {
            nanos = reader.int32();
          },
        });
        delayMs = seconds * 1000 + nanos / 1e6;
      },
    });
    return delayMs;
  });
}

type FieldReaders = Readonly<Record<number, () => void>>;

/** Reads fields by their tags, to the end of the message. */
function eachField(reader: ProtobufReader, readers: FieldReaders): void {
  while (reader.more) {
    const tag = reader.tag();
    const readField = readers[tag];
    if (readField === undefined) reader.skip(tag);
    else readField();
  }
}

function eachFieldWithin(reader: ProtobufReader, readers: FieldReaders): void {
  const outer = reader.enter();
  eachField(reader, readers);
  reader.leave(outer);
}

function read<T>(bytes: Uint8Array, readMessage: (reader: ProtobufReader) => T): T | undefined {
  try {
    return readMessage(new ProtobufReader(bytes));
  } catch (error) {
    if (error instanceof OtlpDecodeError) return undefined;
    throw error;
  }
}

/** A log line has room for less. */
const MAX_TEXT_BYTES = 4096;

function textOf(reader: ProtobufReader): string {
  return reader.text(MAX_TEXT_BYTES, ignore);
}

function ignore(): void {}
