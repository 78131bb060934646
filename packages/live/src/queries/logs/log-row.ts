import type { LogRow } from '../../model/answers.js';
import { type KeptLog, levels } from '../../store/logs/kept-log.js';
import { attributesOf } from '../../store/values/record-values.js';

export function logRow({
  sequence,
  timeMs,
  source,
  level,
  logger,
  message,
  attributes,
  traceId,
  spanId,
}: KeptLog): LogRow {
  return {
    id: String(sequence),
    timeMs,
    service: source.service,
    level: levels[level] ?? 'info',
    logger,
    message,
    attributes: attributesOf(attributes),
    traceId,
    spanId,
  };
}
