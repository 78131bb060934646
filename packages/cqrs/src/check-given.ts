import { isObjectOrFunction, valueText } from '@sightline/base';

/** Throws a `TypeError` unless `spans` can start spans by these methods. */
export function checkSpans(spans: unknown, methods: readonly string[]): void {
  check('spans', spans, methods, 'Pass obs.spans, or what createSpans() gives.');
}

/** Throws a `TypeError` unless events can be told to `events`. */
export function checkEvents(events: unknown): void {
  check('events', events, ['execute'], 'Pass what createEvents() gives.');
}

function check(name: string, given: unknown, methods: readonly string[], whatToDo: string): void {
  for (const method of methods) {
    if (isObjectOrFunction(given) && typeof Reflect.get(given, method) === 'function') continue;
    throw new TypeError(`[cqrs] ${name} is ${valueText(given)}, which has no method "${method}". ${whatToDo}`);
  }
}
