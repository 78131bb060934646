import type { FlatAttributes } from '../encode/flat-attributes.js';

/** What all records of a request that follow each other have in common: the same object for all of them. */
export interface DecodedResource {
  readonly attributes: FlatAttributes;
  readonly droppedAttributesCount: number;
  /** '' if unknown, as all strings that a sender left out. */
  readonly schemaUrl: string;
}

export interface DecodedScope extends DecodedResource {
  readonly name: string;
  readonly version: string;
}
