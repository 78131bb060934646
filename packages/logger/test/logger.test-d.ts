import { createLogger, type Logger, type LogRecord } from '@sightline/logger';
import type { Logger as PinoLogger } from 'pino';
import { expectTypeOf, test } from 'vitest';

const log = createLogger({ env: {} });

test('a logger is one of pino, with the library’s names of levels', () => {
  const plain: PinoLogger = log;
  expectTypeOf(plain.info).toEqualTypeOf(log.info);
  expectTypeOf(log.child({})).toExtend<Logger>();
  log.child({}, { customLevels: { notice: 35 } }).notice('text');
  expectTypeOf(log.warning).toEqualTypeOf(log.warn);
  expectTypeOf(log.critical).toEqualTypeOf(log.fatal);
  expectTypeOf(log.loggerFor('a')).toEqualTypeOf<Logger>();
  log.warning({ a: 1 }, 'text %s', 'x');
  log.child({ a: 1 }).critical(new Error('x'), 'text');
});

test('levels, layouts and options are checked', () => {
  createLogger({ level: 'critical', levels: { a: 'warning' }, layout: 'ecs' });
  // @ts-expect-error there is no such level
  createLogger({ level: 'loud' });
  // @ts-expect-error there is no such layout
  createLogger({ layout: 'xml' });
  // @ts-expect-error a misspelt option
  createLogger({ levle: 'info' });
  // @ts-expect-error a share belongs to a level
  createLogger({ sample: { loud: 0.1 } });
});

test('a sink takes records', () => {
  createLogger({
    sink: {
      emit(record) {
        expectTypeOf(record).toEqualTypeOf<LogRecord>();
        expectTypeOf(record.traceId).toEqualTypeOf<string | undefined>();
      },
    },
  });
});
