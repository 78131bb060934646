import type { LoggerOptions } from './options.js';

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
  'service',
  'sample',
  'repeats',
  'metrics',
  'sink',
  'env',
  'clock',
  'random',
] satisfies ReadonlyArray<keyof LoggerOptions>);

/** Throws for options that mean nothing, with what to write instead. Values are checked where they are used. */
export function checkOptions(options: LoggerOptions): void {
  for (const option of Object.keys(options)) {
    if (!known.has(option)) {
      throw new Error(`[logger] There is no option "${option}". There are ${[...known].join(', ')}.`);
    }
  }
  const { layout, name, destination, transport, context } = options;
  if (layout !== undefined && !['pino', 'structured', 'ecs'].includes(layout)) {
    throw new Error(`[logger] layout is ${JSON.stringify(layout)}. Give 'pino', 'structured' or 'ecs'.`);
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
}
