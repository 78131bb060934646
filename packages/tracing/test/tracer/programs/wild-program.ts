import type { Attributes } from '@opentelemetry/api';
import fc from 'fast-check';
import { type DescribedLink, type Program, randomProgram, type Step, type Time } from './random-program.js';

const strings = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '\ud83d', '\ude00', 'é', '\0'), maxLength: 12 }),
  fc.constantFrom('\ud83d', `${'x'.repeat(4095)}😀`, 'Bearer abc.def.ghi', 'https://u:p@example.com/?token=1'),
);
const values: fc.Arbitrary<unknown> = fc.oneof(
  strings,
  fc.bigInt(),
  fc.date({ noInvalidDate: false }),
  fc.array(fc.constantFrom('a', '\ud83d'), { maxLength: 140, minLength: 129 }),
  fc.anything(),
  fc.constantFrom<unknown>(
    null,
    Symbol('x'),
    new URL('https://u:p@example.com'),
    Object.create(null),
    new Proxy({}, {}),
    Array.from({ length: 5 }),
    new Map([[1, 2]]),
    Buffer.from('bytes'),
  ),
);
const times = fc.oneof(
  fc.double(),
  fc.tuple(fc.double(), fc.double()),
  fc.constantFrom<unknown>(-1, 1e300, [1, 2e9], [-5, 0], [1.5, 0.5], [1], 'now', {}, new Date(Number.NaN), null),
);

/** Programs of calls with what is no value, name, id or time, which code without types makes. */
export const wildProgram: fc.Arbitrary<Program> = fc
  .tuple(randomProgram, fc.array(values, { minLength: 1, maxLength: 12 }), fc.array(times, { minLength: 1 }))
  .map(([program, wildValues, wildTimes]) => changed(program, turns(wildValues), turns(wildTimes)));

function turns<T>(all: readonly T[]): () => T {
  let next = 0;
  return () => all[next++ % all.length] as T;
}

function changed(program: Program, value: () => unknown, wildTime: () => unknown): Program {
  const time = (given: Time): Time => (given === undefined ? undefined : { as: 'given', value: wildTime() });
  const name = (): string => value() as string;
  const attributes = (given: Attributes | undefined): Attributes | undefined =>
    given && (Object.fromEntries(Object.keys(given).map((key) => [`${key}\ud83d`, value()])) as Attributes);
  const link = (given: DescribedLink): DescribedLink =>
    typeof given.to === 'number'
      ? { ...given, attributes: attributes(given.attributes) }
      : { to: { ...given.to, traceId: value() as string, spanId: value() as string }, attributes: undefined };

  const step = (given: Step): Step => {
    switch (given.do) {
      case 'start': {
        const { options, within } = given;
        return {
          ...given,
          name: name(),
          options: {
            ...options,
            attributes: attributes(options.attributes),
            links: options.links?.map(link),
            startTime: time(options.startTime),
          },
          within: within?.map(step),
        };
      }
      case 'attribute':
        return { ...given, value: value() };
      case 'attributes':
        return { ...given, attributes: attributes(given.attributes) ?? {} };
      case 'event':
        return { ...given, name: name(), attributes: attributes(given.attributes), time: time(given.time) };
      case 'link':
        return { ...given, links: given.links.map(link) };
      case 'status':
        return { ...given, message: value() };
      case 'exception':
        return { ...given, exception: value(), time: time(given.time) };
      case 'rename':
        return { ...given, name: name() };
      case 'end':
        return { ...given, time: time(given.time) };
      default:
        return given;
    }
  };
  return program.map(step);
}
