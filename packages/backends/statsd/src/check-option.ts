import { quotedSetting } from '@sightline/base/secrets';
/** Throws an `Error` that names the option, shows its value and says what to do. */
export function check(isRight: boolean, option: string, value: unknown, whatToDo: string): void {
  if (isRight) return;
  throw new Error(`[backend-statsd] ${option} is ${quotedSetting(option, value)}: ${whatToDo}.`);
}

export function oneOf(option: string, value: unknown, allowed: readonly string[]): void {
  const list = allowed.map((each) => `'${each}'`);
  check(
    allowed.some((each) => each === value),
    option,
    value,
    `give ${list.slice(0, -1).join(', ')} or ${list.at(-1)}`,
  );
}
