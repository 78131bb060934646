import type { AttributeInputs } from '@sightline/tracing';
import { fields, text } from './http-event.js';

/** Records that one invocation is to process: of SQS, SNS, Kinesis, DynamoDB streams and others. */
export interface BatchEvent {
  readonly trigger: 'pubsub' | 'datasource';
  readonly spanName: string | undefined;
  readonly attributes: AttributeInputs;
  readonly items: number;
  /** What each record carries of its sender's trace. */
  readonly carriers: ReadonlyArray<Readonly<Record<string, string>>>;
  failedItems(result: unknown): number;
}

export function batchOf(event: unknown): BatchEvent | undefined {
  const records: unknown = fields(event)['Records'];
  if (!Array.isArray(records) || records.length === 0) return undefined;
  const all = records.map(fields);
  const sources = [...new Set(all.map((record) => text(record['eventSource']) ?? text(record['EventSource'])))];
  const source = sources.length === 1 ? sources[0] : undefined;
  const system = source === undefined ? undefined : systems.get(source);
  const destinations = [...new Set(all.map(destinationOf))];
  const destination = destinations.length === 1 ? destinations[0] : undefined;
  return {
    trigger: system === undefined ? 'datasource' : 'pubsub',
    spanName: system === undefined ? undefined : ['process', destination].filter(Boolean).join(' '),
    attributes:
      system === undefined
        ? {}
        : {
            'messaging.system': system,
            'messaging.operation.name': 'process',
            'messaging.operation.type': 'process',
            'messaging.destination.name': destination,
            'messaging.batch.message_count': all.length > 1 ? all.length : undefined,
            'messaging.message.id': all.length > 1 ? undefined : text(all[0]?.['messageId']),
          },
    items: all.length,
    carriers: all.map(carrierOf),
    failedItems: (result) => failedItems(result, all.length),
  };
}

const systems: ReadonlyMap<string, string> = new Map([
  ['aws:sqs', 'aws_sqs'],
  ['aws:sns', 'aws.sns'],
  ['aws:kinesis', 'aws.kinesis'],
]);

/** The last part of an ARN: `arn:aws:sqs:eu-west-1:123456789012:orders`, `…:stream/orders`. */
function destinationOf(record: Readonly<Record<string, unknown>>): string | undefined {
  const arn = text(record['eventSourceARN']) ?? text(fields(record['Sns'])['TopicArn']);
  return arn === undefined ? undefined : /([^:/]+)$/.exec(arn)?.[1];
}

/** The attributes of a message, and the header of X-Ray that the queue keeps by itself. */
function carrierOf(record: Readonly<Record<string, unknown>>): Record<string, string> {
  const carried: Record<string, string> = {};
  const xray = text(fields(record['attributes'])['AWSTraceHeader']);
  if (xray !== undefined) carried['x-amzn-trace-id'] = xray;
  const attributes = record['messageAttributes'] ?? fields(record['Sns'])['MessageAttributes'];
  for (const [name, attribute] of Object.entries(fields(attributes))) {
    const { stringValue, Value } = fields(attribute);
    const value = text(stringValue) ?? text(Value);
    if (value !== undefined) carried[name.toLowerCase()] = value;
  }
  return carried;
}

/** The largest batch of any source (AWS Lambda, `BatchSize`). What is longer, even with nothing in it, is not read. */
const MAX_BATCH = 10_000;

/**
 * `batchItemFailures` of a partial batch response. An entry without an identifier makes the service take the whole batch for failed
 * (AWS Lambda, "Implementing partial batch responses").
 */
function failedItems(result: unknown, items: number): number {
  const failures: unknown = fields(result)['batchItemFailures'];
  if (!Array.isArray(failures)) return 0;
  if (failures.length > MAX_BATCH) return items;
  const isWhole = failures.some((failure) => text(fields(failure)['itemIdentifier']) === undefined);
  return isWhole ? items : Math.min(failures.length, items);
}
