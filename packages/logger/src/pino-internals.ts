import { type Bindings, type ChildLoggerOptions, type LoggerOptions as PinoOptions, pino } from 'pino';
import type { Scope } from './scope.js';
import type { Serializers } from './serialized.js';
import type { LineStream } from './write-line.js';

/**
 * The parts of a pino logger that ours replaces: how a call becomes a line, how children are made, how levels are set.
 * pino exports their symbols. Everything else is pino's own: events, level comparison, transports, `flush`.
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

/** A logger as pino makes it, with its parts laid open. */
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

export type { Bindings, ChildLoggerOptions };

function needed(name: string): symbol {
  const symbol = symbols[name];
  if (symbol !== undefined) return symbol;
  throw new Error(`[logger] This version of pino (${pino.version}) has no ${name}. Install pino 10.`);
}
