import { type LoggerOptions as PinoOptions, pino } from 'pino';
import type { Scope } from './scope.js';
import type { Serializers } from './serialized.js';
import type { LineStream } from './write-line.js';

/**
 * The members of a pino logger that ours replaces: how a call becomes a line, how children are made, how levels are set.
 * pino exports their symbols. Everything else is pino's own: events, level comparison, transports, `flush`. This file is the only one
 * that knows them; `test/pino-majors.alone.test.ts` runs it on each supported major.
 */
export interface Internals {
  [scopeSymbol]: Scope;
  /** pino's serializers, by key; the default one for `err` among them. */
  [serializersSymbol]: Record<string, ((value: never) => unknown) | undefined>;
  [streamSymbol]: LineStream & { flushSync?: () => void; [metadata]?: boolean };
  [messagePrefix]: string | undefined;
  [hooks]: { streamWrite?: ((line: string) => string) | undefined };
  levels: { labels: Record<number, string>; values: Record<string, number> };
  onChild(child: object): void;
  emit(event: string, ...args: unknown[]): boolean;
  [key: string | symbol]: unknown;
}

export const scopeSymbol: unique symbol = Symbol('sightline.scope');

const symbols = pino.symbols as unknown as Readonly<Record<string, symbol>>;

export const serializersSymbol: symbol = needed('serializersSym');
export const streamSymbol: symbol = needed('streamSym');
export const setLevelSymbol: symbol = needed('setLevelSym');
export const levelValueSymbol: symbol = needed('levelValSym');
export const writeSymbol: symbol = needed('writeSym');
export const bindingsSymbol: symbol = needed('chindingsSym');
export const messagePrefix: symbol = needed('msgPrefixSym');
export const hooks: symbol = needed('hooksSym');
export const metadata: symbol = needed('needsMetadataGsym');

/** A logger as pino makes it, with the members that ours replaces. */
export function pinoInternals(options: PinoOptions, stream: LineStream): Internals {
  return pino(options, stream as { write(line: string): void }) as unknown as Internals;
}

/** The service's serializers: pino's own for `err` only makes of an error what we make of all. */
export function ownSerializers(internals: Internals): Serializers | undefined {
  const all = internals[serializersSymbol] as Serializers;
  const own = Object.entries(all).filter(
    ([key, serializer]) => !(key === 'err' && serializer === pino.stdSerializers.err),
  );
  return own.length === 0 ? undefined : Object.assign(Object.create(null) as object, Object.fromEntries(own));
}

/**
 * Gives a pino logger another stream; its children write there, too. The logger may be of any copy of pino, each of which has a symbol of its
 * own, so that the symbol is found by its description.
 * @returns what takes it back; `undefined` for what is not a pino logger
 */
export function replaceStream(logger: object, stream: LineStream): (() => void) | undefined {
  const symbol = streamSymbolOf(logger);
  if (symbol === undefined) return undefined;
  const before = Object.getOwnPropertyDescriptor(logger, symbol);
  Object.defineProperty(logger, symbol, { value: stream, writable: true, configurable: true, enumerable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(logger, symbol);
    else Object.defineProperty(logger, symbol, before);
  };
}

function streamSymbolOf(logger: object): symbol | undefined {
  for (let each: unknown = logger; typeof each === 'object' && each !== null; each = Object.getPrototypeOf(each)) {
    const symbol = Object.getOwnPropertySymbols(each).find(
      ({ description }) => description === streamSymbol.description,
    );
    if (symbol !== undefined) return symbol;
  }
  return undefined;
}

function needed(name: string): symbol {
  const symbol = symbols[name];
  if (symbol !== undefined) return symbol;
  throw new Error(`[logger] This version of pino (${pino.version}) has no ${name}. Install pino 9 or 10.`);
}
