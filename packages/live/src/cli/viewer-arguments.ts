import { parseArgs } from 'node:util';
import { didYouMean } from '@sightline/base';
import { type Field, livePageFields } from '@sightline/settings/fields';
import { type ViewerOptions, viewerFields } from '../viewer/viewer-options.js';

export interface ViewerArguments {
  readonly options: ViewerOptions;
  /** Opens the page in a browser. */
  readonly opens: boolean;
  /** A session to begin with. */
  readonly session: string | undefined;
  readonly wantsHelp: boolean;
}

const fields = { ...livePageFields, ...viewerFields };

/** What each flag says of its option; the default follows. */
const names = {
  port: 'port of the page',
  host: 'address of the page and the receivers',
  'otlp-http-port': 'port for OTLP over HTTP',
  'otlp-grpc-port': 'port for OTLP over gRPC',
  'otlp-key': 'senders must give it in the header x-otlp-api-key',
  token: 'who knows it may look (random; or SIGHTLINE_LIVE_TOKEN)',
  'allowed-hosts': 'further host names of the page, separated by commas',
  'max-spans': 'spans kept',
  'max-log-lines': 'log lines kept',
  'max-messages': 'messages kept per topic',
  'max-payload-bytes': 'bytes of a message kept',
  'max-series': 'series whose history is kept',
  'max-bytes': 'memory for all of it',
} as const;

export const viewerUsage: string = `Usage: sightline-live [session-file] [options]

Shows what any program sends over OTLP to this machine: traces, metrics, logs, messages.

Options:
  --${'open'.padEnd(18)} opens the page in a browser
${Object.entries(names)
  .map(([name, what]) => `  --${name.padEnd(18)} ${what}${defaultText(name)}`)
  .join('\n')}
`;

function defaultText(flag: string): string {
  const { default: value = '' }: Field = fields[optionOf(flag)];
  return ['number', 'string'].includes(typeof value) && value !== '' ? ` (${value})` : '';
}

function optionOf(flag: string): keyof typeof fields {
  return flag.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase()) as keyof typeof fields;
}

/** Reads the arguments of the command. Throws an error that says what is wrong. */
export function viewerArguments(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ViewerArguments {
  const known = { open: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  const strings = Object.fromEntries(Object.keys(names).map((name) => [name, { type: 'string' as const }]));
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...known, ...strings },
    allowPositionals: true,
    strict: false,
  });
  const allowed = ['open', 'help', ...Object.keys(names)];
  for (const name of Object.keys(values)) {
    if (!allowed.includes(name)) throw new Error(`[live] There is no option --${name}.${didYouMean(name, allowed)}`);
  }
  if (positionals.length > 1) throw new Error(`[live] One session file at most, but got ${positionals.join(', ')}.`);
  const token = env['SIGHTLINE_LIVE_TOKEN']?.trim();
  const options: Record<string, unknown> = token === undefined || token === '' ? {} : { token };
  for (const name of Object.keys(names)) {
    const text: unknown = values[name];
    if (text === undefined) continue;
    if (typeof text !== 'string' || text === '') throw new Error(`[live] --${name} needs a value.`);
    options[optionOf(name)] = parsedValue(name, optionOf(name), text);
  }
  return {
    options,
    opens: values['open'] === true,
    session: positionals[0] as string | undefined,
    wantsHelp: values['help'] === true,
  };
}

function parsedValue(name: string, option: keyof typeof fields, text: string): unknown {
  const { type } = fields[option];
  if (type === 'list') return text.split(',').map((each) => each.trim());
  if (type !== 'port' && type !== 'count') return text;
  if (!/^\d{1,15}$/.test(text)) throw new Error(`[live] --${name} is "${text}", but must be a whole number.`);
  return Number(text);
}
