import type { Ambient } from './ambient.js';
import type { Family } from './family.js';
import { errorJson, isError } from './json/error-json.js';
import type { KeyNote } from './json/key-book.js';
import { joined, type Names, type Prepared, role } from './layouts/layout.js';
import { type Serializers, serialized } from './serialized.js';

/** What a logger adds to its lines. Children have one of their own, made from their parent's. */
export class Scope implements Names {
  readonly family: Family;
  readonly logger: string | undefined;
  readonly loggerJson: string;
  readonly bindings: ReadonlyMap<string, string>;
  readonly bindingsJson: string;
  readonly serializers: Serializers | undefined;
  #ambient: Ambient | undefined = undefined;
  #prepared: Prepared | undefined = undefined;

  constructor(
    family: Family,
    given: {
      logger: string | undefined;
      bindings: ReadonlyMap<string, string>;
      serializers: Serializers | undefined;
    },
  ) {
    this.family = family;
    this.logger = given.logger === undefined ? undefined : family.keys.note(given.logger).text;
    this.loggerJson = JSON.stringify(this.logger ?? '');
    this.bindings = given.bindings;
    this.bindingsJson = joined([], given.bindings, undefined);
    this.serializers = given.serializers;
  }

  /** What all lines have in common that the logger writes in this context. Kept until the context changes. */
  preparedFor(ambient: Ambient): Prepared {
    if (this.#prepared !== undefined && this.#ambient === ambient) return this.#prepared;
    this.#prepared = this.family.prepare(this, ambient, undefined);
    this.#ambient = ambient;
    return this.#prepared;
  }

  /** The scope of a child with further fields; `name` among them names the child. */
  with(fields: object, serializers: Serializers | undefined, family: Family = this.family): Scope {
    const bindings = new Map(this.bindings);
    let { logger } = this;
    const { keys, limits } = family;
    const writer = family.newWriter(limits.lineBytes - this.bindingsJson.length);
    const names = ownKeys(fields);
    let left = Math.max(0, names.length - limits.items);
    for (const key of names.slice(0, limits.items)) {
      const given = read(fields, key);
      if (given === undefined) continue;
      if (key === 'name' && (typeof given === 'string' || typeof given === 'number')) {
        logger = String(given);
        continue;
      }
      const value = serializers === undefined ? given : serialized(serializers, key, given);
      const note = keys.note(key);
      const name = isReserved(note, family) ? `${note.text}_` : note.text;
      const isErrorField = (note.role === role.err || note.role === role.error) && isError(value);
      if ((bindings.size >= limits.items || writer.isFull) && !bindings.has(name)) {
        left++;
        continue;
      }
      bindings.delete(name); // the newer value stands where it was given
      bindings.set(name, isErrorField ? errorJson(value, writer) : writer.member(key, value, keys.redaction.paths));
    }
    if (left > 0) {
      const before = Number(bindings.get('…'));
      bindings.set('…', String(left + (Number.isInteger(before) ? before : 0)));
    }
    return new Scope(family, { logger, bindings, serializers });
  }
}

function isReserved({ role: given }: KeyNote, { alwaysShowsUsage }: Family): boolean {
  return given === role.reserved || given === role.message || (given === role.performance && alwaysShowsUsage);
}

function ownKeys(fields: object): string[] {
  try {
    // Of a text they would be its characters.
    return typeof fields === 'object' && fields !== null ? Object.keys(fields) : [];
  } catch {
    return [];
  }
}

function read(fields: object, key: string): unknown {
  try {
    return (fields as Readonly<Record<string, unknown>>)[key];
  } catch {
    return '[Throws]';
  }
}
