/**
 * Alternating names and values: an object per attribute would cost more than its encoding. Values are written as follows.
 *
 * | value                                         | AnyValue                                                            |
 * | --------------------------------------------- | ------------------------------------------------------------------- |
 * | string, boolean                               | `stringValue`, `boolValue`; half a surrogate pair becomes U+FFFD    |
 * | number                                        | `intValue` for whole numbers within 64 bits, `doubleValue` for others |
 * | bigint                                        | `intValue` within 64 bits, otherwise `stringValue`                  |
 * | `Uint8Array`                                  | `bytesValue`                                                        |
 * | array                                         | `arrayValue`                                                        |
 * | Date                                          | `stringValue`, ISO 8601                                             |
 * | other object                                  | `kvlistValue` of its own enumerable properties                      |
 * | null, undefined, symbol, function, wrong Date | an AnyValue without a value                                         |
 *
 * A circular reference, and what is nested too deeply or too often, is written as a string that says so.
 */
export type FlatAttributes = readonly unknown[];
