import { hostname } from 'node:os';
import { isatty } from 'node:tty';
import { threadId } from 'node:worker_threads';
import { type Clock, systemClock } from '@sightline/base';
import { atExit } from './destinations/at-exit.js';
import type { Destination } from './destinations/destination.js';
import { type DestinationObserver, leastLevelOf, openDestination } from './destinations/open-destination.js';
import { prettyDestination } from './destinations/pretty.js';
import { flushed } from './destinations/several.js';
import { terminalDestination } from './destinations/terminal.js';
import { transportDestination } from './destinations/transport.js';
import { familyOf } from './family.js';
import type { LayoutName, LoggerOptions } from './fields.js';
import { ecsLayout } from './layouts/ecs-layout.js';
import type { Layout, Origin } from './layouts/layout.js';
import { pinoLayout } from './layouts/pino-layout.js';
import { structuredLayout } from './layouts/structured-layout.js';
import { textLayout } from './layouts/text-layout.js';
import { levelValues } from './levels/level-names.js';
import { checkedLevel, LevelRules } from './levels/level-rules.js';
import { logMetrics, noLogMetrics } from './log-metrics.js';
import type { Logger } from './logger.js';
import { type Internals, ownSerializers, pinoInternals } from './pino-internals.js';
import { adopt, type LoggerTree, settleLevels, streamAt } from './pino-logger.js';
import { type ReadEnvironment, readEnvironment } from './read-environment.js';
import { noRedaction, redactionBy } from './redaction/redaction.js';
import { RepeatLimit } from './repeats.js';
import { Scope } from './scope.js';
import { loggerSettings } from './settings.js';
import { logUncaught } from './uncaught.js';
import { usageReader } from './usage.js';
import { writeNotice } from './write-line.js';

/**
 * Makes a pino logger that writes the ids of `@sightline/context` and of the active OpenTelemetry span on every line, and no
 * secrets. Options in code beat the environment. Throws for options that cannot work; a wrong variable is warned about and
 * the default is used. Logging itself never throws.
 */
export function createLogger(given: LoggerOptions = {}): Logger {
  const options = loggerSettings.resolve(given);
  const environment = readEnvironment(given);
  const clock = options.clock ?? systemClock;
  const metrics = options.metrics === undefined ? noLogMetrics : logMetrics(options.metrics);
  const output = outputOf(environment, clock, {
    lost: (count) => metrics.dropped('destination', count),
    recovered: (lost, reason, subject) => notice('lines were lost', { lost, reason, subject }),
    alertDropped: (count) => metrics.dropped('alert', count),
  });

  const family = familyOf({
    layout: layoutOf(output, environment.options.layout ?? 'pino', originOf(given, clock)),
    redaction: options.redact === false ? noRedaction : redactionBy(options.redact),
    limits: options.limits,
    clock,
    metrics,
    sink: options.sink,
    alwaysShowsUsage: options.performance,
    sample: sampleOf(options.sample),
    random: options.random ?? Math.random,
  });
  const internals = pinoInternals(
    {
      level: 'trace',
      base: null,
      ...(options.serializers === undefined ? {} : { serializers: options.serializers as never }),
    },
    output.stream,
  );
  const scope = new Scope(family, {
    logger: options.name,
    bindings: new Map(),
    serializers: ownSerializers(internals),
  }).with(options.context ?? {}, ownSerializers(internals));
  const tree = treeOf(environment.options, clock, output.leastLevel);
  if (options.repeats !== undefined) {
    family.repeats = new RepeatLimit<Scope>(
      options.repeats,
      clock,
      ({ subject, level, message, count }) =>
        writeNotice(subject, streamAt(output.stream, level), level, {
          fields: { suppressed: count },
          error: undefined,
          message,
        }),
      ({ bindingsJson }) => bindingsJson.length,
    );
  }
  const leaveExit = family.repeats === undefined ? undefined : atExit('say', () => family.repeats?.end());
  adopt(internals, scope, tree);

  const own = new Scope(family, { logger: 'sightline.logger', bindings: new Map(), serializers: undefined });
  function notice(message: string, fields: object): void {
    writeNotice(own, streamAt(output.stream, levelValues.warning), levelValues.warning, {
      fields,
      error: undefined,
      message,
    });
  }
  for (const problem of environment.problems) notice(`[logger] ${problem}`, {});

  const flush = async (): Promise<void> => {
    family.repeats?.end();
    await flushed(output.stream);
    await family.sink?.flush?.();
  };
  const byName = new Map<string, Internals>();
  let leaveUncaught: (() => void) | undefined;
  const logger = Object.assign(internals, {
    loggerFor(name: string): Internals {
      let logger = byName.get(name);
      if (logger === undefined) {
        logger = (internals as unknown as Logger).child({ name }) as unknown as Internals;
        // LoggerFields are few, unless they are made of data.
        if (byName.size < MAX_NAMED_LOGGERS) byName.set(name, logger);
      }
      return logger;
    },
    setLevel: (name: string, level: string, change?: { forMs?: number | undefined }) =>
      tree.rules.change(name, level, change),
    resetLevel: (name: string) => tree.rules.reset(name),
    flush: (callback?: unknown) => flushAs(callback, flush),
    async shutdown() {
      tree.rules.close();
      leaveExit?.();
      leaveUncaught?.();
      try {
        await flush();
      } finally {
        await output.stream.shutdown?.();
      }
    },
  }) as unknown as Logger;
  // Having been a prototype, it is kept by the engine as fields instead of as a table of its many members, which costs 60 ns per line.
  Object.create(logger);
  if (options.logsUncaught) leaveUncaught = logUncaught(logger);
  return logger;
}

/** As pino's `flush`, which most callers do not wait for: only who waits, or gives a callback, learns of a failure. */
function flushAs(callback: unknown, flush: () => Promise<void>): Promise<void> {
  if (callback !== undefined && typeof callback !== 'function') throw new Error('callback must be a function'); // as pino says
  const flushing = flush();
  if (callback === undefined) {
    flushing.catch(() => {});
    return flushing;
  }
  return flushing.then(
    () => callback(),
    (error: unknown) => callback(error),
  );
}

const MAX_NAMED_LOGGERS = 1000;

interface Output {
  readonly stream: Destination;
  /** Whether lines of pino's layout are made readable on their way. */
  readonly isPretty: boolean;
  readonly leastLevel: number | undefined;
}

function outputOf({ options, isProduction }: ReadEnvironment, clock: Clock, observer: DestinationObserver): Output {
  if (options.transport !== undefined) {
    return { stream: transportDestination(options.transport), isPretty: false, leastLevel: undefined };
  }
  const option = options.destination ?? 'stdout';
  const stream = openDestination(option, observer, clock);
  const leastLevel = leastLevelOf(option);
  const isChosen = options.layout !== undefined;
  const isWanted = options.pretty ?? (option === 'stdout' && isatty(1) && !isProduction && !isChosen);
  if (!isWanted) return { stream, isPretty: false, leastLevel };
  const forPeople =
    prettyDestination(stream) ?? terminalDestination(stream, () => Math.max(40, process.stdout.columns ?? 100));
  return { stream: forPeople, isPretty: true, leastLevel };
}

function layoutOf({ isPretty }: Output, name: LayoutName, origin: Origin): Layout {
  if (isPretty) return pinoLayout(origin);
  switch (name) {
    case 'text':
      return textLayout(origin, 'metadata');
    case 'text-asctime':
      return textLayout(origin, 'asctime');
    case 'structured':
      return structuredLayout(origin);
    case 'ecs':
      return ecsLayout(origin);
    default:
      return pinoLayout(origin);
  }
}

function originOf({ service = {} }: LoggerOptions, clock: Clock): Origin {
  return { processId: process.pid, threadId, hostname: hostname(), service, usage: usageReader(clock) };
}

function treeOf({ level, levels = {} }: LoggerOptions, clock: Clock, leastLevel: number | undefined): LoggerTree {
  // A destination for debug lines is to get them, although the others do with less.
  const ownLevel = leastLevel === undefined ? levelValues.info : Math.min(leastLevel, levelValues.info);
  const rules = new LevelRules(levels, clock, () => settleLevels(tree));
  const tree: LoggerTree = {
    rules,
    defaultLevel: levelOf(level) ?? ownLevel,
    members: new Set(),
  };
  return tree;
}

function levelOf(name: string | undefined): number | undefined {
  return name === undefined ? undefined : checkedLevel(name, 'level');
}

function sampleOf(sample: Readonly<Record<string, number | undefined>>): ReadonlyMap<number, number> {
  const given = Object.entries(sample).flatMap(([name, share]) =>
    share === undefined ? [] : [[checkedLevel(name, 'A level of sample'), share] as const],
  );
  return new Map(given);
}
