import { callArguments } from './call-arguments.js';
import type { CallArguments } from './call-fields.js';
import { isError } from './json/error-json.js';
import { levelValues } from './levels/level-names.js';
import { checkedLevel, type LevelRules } from './levels/level-rules.js';
import {
  bindingsSymbol,
  hooks,
  type Internals,
  levelValueSymbol,
  messagePrefix,
  metadata,
  ownSerializers,
  scopeSymbol,
  serializersSymbol,
  setLevelSymbol,
  streamSymbol,
  writeSymbol,
} from './pino-internals.js';
import type { ChildRedaction } from './redaction/options.js';
import type { Scope } from './scope.js';
import type { Serializers } from './serialized.js';
import { type LineStream, writeLine } from './write-line.js';

/** The loggers with a level of their own, so that a change of levels reaches them. */
export interface LoggerTree {
  readonly rules: LevelRules;
  readonly defaultLevel: number;
  readonly members: Set<WeakRef<Internals>>;
}

/** Turns a fresh pino logger into one of ours. */
export function adopt(root: Internals, scope: Scope, tree: LoggerTree): void {
  Object.assign(root, {
    [scopeSymbol]: scope,
    [treeSymbol]: tree,
    [writeSymbol]: writeAsPinoDoes,
    [setLevelSymbol]: setOwnLevel,
    child,
    bindings,
    setBindings,
    isLevelEnabled,
    levels: levelsWith(root.levels, { warning: 40, critical: 60 }),
  });
  Object.defineProperty(root, bindingsSymbol, {
    get(this: Internals) {
      return bindingsText(this[scopeSymbol]);
    },
  });
  join(root, tree);
  settleLevel(root);
}

/** Gives every logger the level that rules and changes give it now. */
export function settleLevels({ members }: LoggerTree): void {
  for (const member of members) {
    const logger = member.deref();
    if (logger === undefined) members.delete(member);
    else settleLevel(logger);
  }
}

const treeSymbol = Symbol('sightline.tree');
const ownLevel = Symbol('sightline.level');
const hasJoined = Symbol('sightline.joined');

const left = new FinalizationRegistry<() => void>((leave) => leave());

function join(logger: Internals, { members }: LoggerTree): void {
  if (Object.hasOwn(logger, hasJoined)) return;
  const member = new WeakRef(logger);
  members.add(member);
  logger[hasJoined] = true;
  left.register(logger, () => void members.delete(member));
}

// One function per level, for all loggers: a child is one object and no closures.
type Method = (this: Internals, ...args: unknown[]) => void;
const methods = new Map<number, Method>();

function methodOf(level: number): Method {
  const existing = methods.get(level);
  if (existing !== undefined) return existing;
  function method(this: Internals, ...args: unknown[]): void {
    const stream = streamOf(this, level);
    writeLine(this[scopeSymbol], stream, level, callArguments(this, args));
    if (level >= levelValues.critical) flushNow(this[streamSymbol]);
  }
  methods.set(level, method);
  return method;
}

/** Writes what another API made, as the methods do. @param timeMs Unix time in milliseconds; default: now */
export function writeRecord(logger: Internals, { level, args, timeMs, isSentOnly }: ForeignRecord): void {
  const stream = isSentOnly ? nowhere : streamOf(logger, level);
  writeLine(logger[scopeSymbol], stream, level, args, timeMs);
}

export interface ForeignRecord {
  /** pino's number. */
  readonly level: number;
  readonly args: CallArguments;
  /** Unix time in milliseconds. Default: now. */
  readonly timeMs: number | undefined;
  /** Whether it goes to the sink, and not to the destination. */
  readonly isSentOnly: boolean;
}

const nowhere: LineStream = { write() {} };

function silent(): void {}

function setOwnLevel(this: Internals, given: string | number): void {
  const { labels, values } = this.levels;
  const name = typeof given === 'number' ? labels[given] : given;
  const known = name === undefined ? undefined : values[name];
  this[ownLevel] = known ?? checkedLevel(typeof given === 'number' ? String(given) : given, 'The level of a logger');
  join(this, this[treeSymbol] as LoggerTree);
  settleLevel(this);
}

function settleLevel(logger: Internals): void {
  const { rules, defaultLevel } = logger[treeSymbol] as LoggerTree;
  const { logger: name } = logger[scopeSymbol];
  const own = Object.hasOwn(logger, ownLevel) ? (logger[ownLevel] as number) : undefined;
  const parent = Object.getPrototypeOf(logger) as Internals;
  const isRoot = parent[scopeSymbol] === undefined;
  const level = rules.changeFor(name) ?? own ?? rules.ruleFor(name) ?? (isRoot ? defaultLevel : undefined);
  if (level !== undefined) applyLevel(logger, level);
  // Levels of its own need methods of its own.
  else if (Object.hasOwn(logger, 'levels')) applyLevel(logger, parent[levelValueSymbol] as number);
  else inheritLevel(logger);
}

function applyLevel(logger: Internals, level: number): void {
  const { labels, values } = logger.levels;
  const before = logger[levelValueSymbol] as number;
  logger[levelValueSymbol] = level;
  for (const [name, value] of Object.entries(values)) logger[name] = value >= level ? methodOf(value) : silent;
  if (before !== level) logger.emit('level-change', labels[level] ?? 'silent', level, labels[before], before, logger);
}

function inheritLevel(logger: Internals): void {
  delete logger[levelValueSymbol];
  for (const name of Object.keys(logger.levels.values)) delete logger[name];
}

function isLevelEnabled(this: Internals, name: string): boolean {
  if (typeof name !== 'string') return false;
  const level = this.levels.values[name] ?? (name === 'silent' ? Number.POSITIVE_INFINITY : undefined);
  return level !== undefined && level >= (this[levelValueSymbol] as number);
}

interface ChildOptions {
  level?: string | undefined;
  redact?: ChildRedaction | undefined;
  serializers?: Serializers | undefined;
  msgPrefix?: string | undefined;
  customLevels?: Readonly<Record<string, number>> | undefined;
  formatters?: { bindings?: ((bindings: object) => object) | undefined } | undefined;
}

function child(this: Internals, fields: object | undefined, given?: ChildOptions | null): Internals {
  const options = given ?? {};
  if (fields === undefined || fields === null) {
    throw new Error('[logger] child() was called without fields. Give an object, such as { name: "orders" } or {}.');
  }
  const made = Object.create(this) as Internals;
  if (options.serializers !== undefined) {
    made[serializersSymbol] = Object.assign(
      Object.create(null) as object,
      this[serializersSymbol],
      options.serializers,
    );
  }
  if (options.customLevels !== undefined) made.levels = levelsWith(this.levels, options.customLevels);
  if (typeof options.msgPrefix === 'string') made[messagePrefix] = `${this[messagePrefix] ?? ''}${options.msgPrefix}`;
  const scope = this[scopeSymbol];
  const serializers = options.serializers === undefined ? scope.serializers : ownSerializers(made);
  const family = options.redact === undefined ? scope.family : scope.family.hiding(options.redact);
  made[scopeSymbol] = scope.with(options.formatters?.bindings?.(fields) ?? fields, serializers, family);
  const hasOtherName = made[scopeSymbol].logger !== scope.logger;
  if (options.level !== undefined) setOwnLevel.call(made, options.level);
  else if (hasOtherName || options.customLevels !== undefined) {
    join(made, this[treeSymbol] as LoggerTree);
    settleLevel(made);
  }
  this.onChild(made);
  return made;
}

function bindings(this: Internals): object {
  const { bindings: all, logger } = this[scopeSymbol];
  const fields = [...all].map(([key, json]) => [key, JSON.parse(json) as unknown]);
  return { ...(logger === undefined ? {} : { name: logger }), ...Object.fromEntries(fields) };
}

function setBindings(this: Internals, fields: object): void {
  const scope = this[scopeSymbol];
  this[scopeSymbol] = scope.with(fields, scope.serializers);
}

/** What others read of pino's symbol, such as middleware that compares loggers. */
function bindingsText({ bindings: all }: Scope): string {
  return [...all].map(([key, json]) => `,${JSON.stringify(key)}:${json}`).join('');
}

/** For code that calls pino's inner `write` itself. */
function writeAsPinoDoes(this: Internals, fields: unknown, message: string | undefined, level: number): void {
  const error = isError(fields) ? fields : undefined;
  const own = error === undefined && typeof fields === 'object' && fields !== null ? fields : undefined;
  writeLine(this[scopeSymbol], streamOf(this, level), level, { fields: own, error, message });
}

/** The logger's stream. One that asks for the level gets it first (pino.multistream). */
function streamOf(logger: Internals, level: number): LineStream {
  const stream = logger[streamSymbol] as LineStream & Record<string | symbol, unknown>;
  if (stream[metadata] === true) {
    Object.assign(streamAt(stream, level), {
      lastTime: String(Date.now()),
      lastObj: {},
      lastMsg: '',
      lastLogger: logger,
    });
  }
  const { streamWrite } = logger[hooks] as { streamWrite?: ((line: string) => string) | undefined };
  return streamWrite === undefined ? stream : { write: (line) => stream.write(streamWrite(line)) };
}

/** A stream that is about to get a line of this level. */
export function streamAt<S extends object>(stream: S, level: number): S {
  return (stream as Record<symbol, unknown>)[metadata] === true ? Object.assign(stream, { lastLevel: level }) : stream;
}

function flushNow(stream: unknown): void {
  try {
    (stream as { flushSync?: () => void }).flushSync?.();
  } catch {
    // A destination that is not open yet; it writes by itself when it is.
  }
}

function levelsWith(levels: Internals['levels'], more: Readonly<Record<string, number>>): Internals['levels'] {
  const labels = { ...levels.labels };
  for (const [name, value] of Object.entries(more)) labels[value] ??= name;
  const silentLabel = { Infinity: { value: 'silent' } };
  const silentValue = { silent: { value: Number.POSITIVE_INFINITY } };
  return {
    labels: Object.assign(Object.create(Object.prototype, silentLabel) as object, labels),
    values: Object.assign(Object.create(Object.prototype, silentValue) as object, levels.values, more),
  };
}
