/** Why a request could not be decoded. */
export type DecodeFault =
  /** It ends within a field. */
  | 'truncated'
  /** It is not what its encoding allows: a wrong tag, a group, JSON of another kind. */
  | 'malformed'
  /** It is larger than `maxBytes`. */
  | 'too large';

/** The only error that the decoders throw, apart from what `visit` throws. */
export class OtlpDecodeError extends Error {
  override readonly name = 'OtlpDecodeError';
  readonly fault: DecodeFault;

  constructor(fault: DecodeFault, detail: string) {
    super(`[otlp] The request is ${fault}: ${detail}.`);
    this.fault = fault;
  }
}
