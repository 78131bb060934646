import { trace } from '@opentelemetry/api';
import { currentContext } from '@sightline/context';
import type { Log } from '@sightline/core';
import { destination, pino } from 'pino';

/**
 * The log of one service: JSON lines on standard error, because standard output belongs to what people read, with the ids of the message
 * that is being handled. Nothing else here knows which logger it is.
 */
export function serviceLog(service: string, env: Readonly<Record<string, string | undefined>>): Log {
  const level = env['LOG_LEVEL'] ?? 'info';
  return pino({ name: service, level, mixin: ids }, destination({ dest: 2, sync: true }));
}

function ids(): object {
  const { correlation_id, message_id } = currentContext() ?? {};
  const span = trace.getActiveSpan()?.spanContext();
  return { correlation_id, message_id, trace_id: span?.traceId, span_id: span?.spanId };
}
