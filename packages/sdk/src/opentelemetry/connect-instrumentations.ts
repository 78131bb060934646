import { messageOf } from '@sightline/base';
import type { Instrumentation } from '@sightline/tracing/sdk';

/** What instrumentations record in; those that they are not given stay as they were. */
export interface ApiProviders {
  readonly meterProvider: object | undefined;
  readonly loggerProvider: object | undefined;
}

/**
 * Gives instrumentations the providers: what they took from the API when they were made may record nothing. One that throws costs the
 * others nothing.
 * @returns what failed, a sentence each
 */
export function connectInstrumentations(
  instrumentations: readonly Instrumentation[],
  { meterProvider, loggerProvider }: ApiProviders,
): readonly string[] {
  return instrumentations.flatMap((each) => [
    ...given(each, 'setMeterProvider', meterProvider),
    ...given(each, 'setLoggerProvider', loggerProvider),
  ]);
}

function given(
  instrumentation: Instrumentation,
  setter: 'setMeterProvider' | 'setLoggerProvider',
  provider: object | undefined,
): string[] {
  try {
    const set: unknown = Reflect.get(instrumentation, setter);
    if (provider !== undefined && typeof set === 'function') set.call(instrumentation, provider);
    return [];
  } catch (error) {
    const name = instrumentation.instrumentationName ?? 'without a name';
    return [`${setter} of the instrumentation ${name} failed: ${messageOf(error)}.`];
  }
}
