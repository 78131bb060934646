import { checkMembers } from './check-members.js';
import type { LoggerOptions } from './options.js';

/** Throws for options that mean nothing, with what to write instead. Values are checked where they are used. */
export function checkOptions(options: LoggerOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new Error(
      `[logger] createLogger() was given ${String(options)}. Give options, such as { name: 'collector.ws' }.`,
    );
  }
  for (const option of Object.keys(options)) {
    if (!known.has(option)) {
      throw new Error(`[logger] There is no option "${option}". There are ${[...known].join(', ')}.`);
    }
  }
  const { layout, name, destination, transport, context } = options;
  const layouts = ['pino', 'structured', 'ecs', 'text', 'text-asctime'];
  if (layout !== undefined && !layouts.includes(layout)) {
    throw new Error(`[logger] layout is ${JSON.stringify(layout)}. Give one of ${layouts.join(', ')}.`);
  }
  if (name !== undefined && typeof name !== 'string') {
    throw new Error(`[logger] name is ${JSON.stringify(name)}. Give a text, such as 'collector.ws'.`);
  }
  if (destination !== undefined && transport !== undefined) {
    throw new Error('[logger] destination and transport are both given. Give one of them.');
  }
  if (context !== undefined && (typeof context !== 'object' || context === null)) {
    throw new Error(`[logger] context is ${String(context)}. Give an object of fields.`);
  }
  for (const [key, serializer] of Object.entries(options.serializers ?? {})) {
    if (typeof serializer !== 'function') {
      throw new Error(`[logger] serializers.${key} is ${String(serializer)}. Give a function of the value.`);
    }
  }
  if (options.sink !== undefined && typeof options.sink.emit !== 'function') {
    throw new Error('[logger] sink has no emit. Give { emit: (record) => … }.');
  }
  if (Array.isArray(options.redact)) {
    throw new Error(
      '[logger] redact is a list. Give { paths: […] } for places, or { keys: […] } for keys at any depth.',
    );
  }
  if (options.redact !== false) checkMembers('redact', options.redact, ['keys', 'paths', 'allow', 'censor', 'values']);
  checkMembers('repeats', options.repeats, ['max', 'intervalMs']);
  checkMembers('service', options.service, ['name', 'version', 'environment']);
}

const known: ReadonlySet<string> = new Set([
  'name',
  'level',
  'levels',
  'layout',
  'context',
  'destination',
  'transport',
  'pretty',
  'redact',
  'serializers',
  'limits',
  'performance',
  'logsUncaught',
  'service',
  'sample',
  'repeats',
  'metrics',
  'sink',
  'env',
  'clock',
  'random',
] satisfies ReadonlyArray<keyof LoggerOptions>);
