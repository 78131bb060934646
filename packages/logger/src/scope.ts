import type { Family } from './family.js';
import { errorJson, isError } from './json/error-json.js';
import type { KeyInfo } from './json/key-cache.js';
import { joined, type LineTemplate, type LoggerFields, role } from './layouts/layout.js';
import type { LogContext } from './log-context.js';
import { type Serializers, serialized } from './serialized.js';

/** What a logger adds to its lines. Children have one of their own, made from their parent's. */
export class Scope implements LoggerFields {
  readonly family: Family;
  readonly logger: string | undefined;
  readonly loggerJson: string;
  readonly bindings: ReadonlyMap<string, string>;
  readonly bindingValues: ReadonlyMap<string, unknown> | undefined;
  readonly bindingsJson: string;
  readonly serializers: Serializers | undefined;
  #template: LineTemplate | undefined = undefined;

  constructor(
    family: Family,
    given: {
      logger: string | undefined;
      bindings: ReadonlyMap<string, string>;
      bindingValues?: ReadonlyMap<string, unknown> | undefined;
      serializers: Serializers | undefined;
    },
  ) {
    this.family = family;
    this.logger = given.logger === undefined ? undefined : family.keys.info(given.logger).text;
    this.loggerJson = JSON.stringify(this.logger ?? '');
    this.bindings = given.bindings;
    this.bindingValues = given.bindingValues;
    this.bindingsJson = joined([], given.bindings, undefined);
    this.serializers = given.serializers;
  }

  /** What all lines have in common that the logger writes in this context. Kept until the context changes. */
  templateFor(logContext: LogContext): LineTemplate {
    if (this.#template?.logContext === logContext) return this.#template;
    this.#template = this.family.layout.template(this, logContext, undefined);
    return this.#template;
  }

  /** The scope of a child with further fields; `name` among them names the child. */
  with(fields: object, serializers: Serializers | undefined, family: Family = this.family): Scope {
    const bindings = new Map(this.bindings);
    const bindingValues = family.keepsValues ? new Map(this.bindingValues) : undefined;
    let { logger } = this;
    const { keys, limits } = family;
    const writer = family.newWriter(family.keepsValues, limits.lineBytes - this.bindingsJson.length);
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
      const info = keys.info(key);
      const name = isReserved(info, family) ? `${info.text}_` : info.text;
      const isErrorField = (info.role === role.err || info.role === role.error) && isError(value);
      if ((bindings.size >= limits.items || writer.isFull) && !bindings.has(name)) {
        left++;
        continue;
      }
      bindings.delete(name); // the newer value stands where it was given
      bindings.set(name, isErrorField ? errorJson(value, writer) : writer.member(key, value, keys.redaction.paths));
      bindingValues?.delete(name);
      bindingValues?.set(name, writer.kept);
    }
    if (left > 0) {
      const before = Number(bindings.get('…'));
      const count = left + (Number.isInteger(before) ? before : 0);
      bindings.set('…', String(count));
      bindingValues?.set('…', count);
    }
    return new Scope(family, { logger, bindings, bindingValues, serializers });
  }
}

function isReserved({ role: given }: KeyInfo, { alwaysShowsUsage }: Family): boolean {
  return given === role.reserved || given === role.message || (given === role.performance && alwaysShowsUsage);
}

function ownKeys(fields: object): string[] {
  try {
    // Of a string they would be its characters.
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
