import type { Wish } from './customer.js';

/** The example's own environment variables and arguments, without those of telemetry. */
export interface Settings {
  /** `undefined` for one process and no broker. */
  readonly brokerUrl: string | undefined;
  /** The folder of journals; `undefined` for memory. */
  readonly dataFolder: string | undefined;
  readonly cardDelayMs: number;
  readonly wishes: readonly Wish[];
}

/** @param args wishes such as `tea:2`. Throws an `Error` that lists all problems. */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[] = [],
): Settings {
  const problems: string[] = [];
  const given = (name: string): string | undefined => env[name]?.trim() || undefined;

  const brokerUrl = given('BROKER_URL');
  if (brokerUrl !== undefined && !/^(nats|tls|amqps?):\/\/./.test(brokerUrl)) {
    // Without the value: an address may contain a password.
    problems.push('BROKER_URL is not the address of a broker. Give one that begins with nats:// or amqp://.');
  }
  const cardDelayMs = Number(given('CARD_DELAY_MS') ?? 20);
  if (!(cardDelayMs >= 0 && cardDelayMs < 2 ** 31)) {
    problems.push(`CARD_DELAY_MS is "${env['CARD_DELAY_MS']}". Give milliseconds.`);
  }
  const wishes = (args.length === 0 ? ['tea:2', 'espresso-machine'] : args).map((text): Wish => {
    const [, product = '', quantity = '1'] = /^([a-z][a-z-]*)(?::([1-9]\d{0,3}))?$/.exec(text) ?? [];
    if (product === '') problems.push(`"${text}" is not a wish. Give a product and a quantity, such as tea:2.`);
    return { product, quantity: Number(quantity) };
  });
  if (problems.length > 0) throw new Error(problems.map((problem) => `[shop] ${problem}`).join('\n'));
  return { brokerUrl, dataFolder: given('DATA_DIR'), cardDelayMs, wishes };
}
