import { messageOf } from '@sightline/base';

/** The interface of OpenTelemetry's instrumentations. */
export interface Instrumentation {
  readonly instrumentationName?: string;
  setTracerProvider(provider: never): void;
  getConfig?(): { readonly enabled?: boolean };
  enable(): void;
  disable(): void;
}

/** Instrumentations that were given the provider. */
export interface EnabledInstrumentations {
  /** What could not be enabled, one sentence each. */
  readonly problems: readonly string[];
  /** Disables each. Never throws. Returns what failed, one sentence each. */
  disable(): readonly string[];
}

/** Also within lists, as `getNodeAutoInstrumentations()` gives them. */
export type InstrumentationOption = Instrumentation | readonly InstrumentationOption[];

/** Gives each instrumentation the provider and enables it. One that throws costs the others nothing. */
export function enableInstrumentations(
  given: readonly InstrumentationOption[],
  provider: unknown,
): EnabledInstrumentations {
  const all = flatInstrumentations(given);
  const problems = all.flatMap((each) => {
    try {
      each.setTracerProvider(provider as never);
      // They enable themselves in their constructor, unless configured otherwise; enabling twice would patch twice.
      if (each.getConfig?.().enabled === false) each.enable();
      return [];
    } catch (error) {
      return [`the instrumentation ${nameOf(each)} could not be enabled and makes no spans here: ${messageOf(error)}.`];
    }
  });
  return {
    problems,
    disable: () =>
      all.flatMap((each) => {
        try {
          each.disable();
          return [];
        } catch (error) {
          return [`The instrumentation ${nameOf(each)} could not be disabled: ${messageOf(error)}.`];
        }
      }),
  };
}

/** Those of all lists. */
export function flatInstrumentations(given: readonly InstrumentationOption[]): readonly Instrumentation[] {
  return given.flatMap((each) => (isList(each) ? flatInstrumentations(each) : [each as Instrumentation]));
}

function isList(given: InstrumentationOption): given is readonly InstrumentationOption[] {
  return Array.isArray(given);
}

function nameOf({ instrumentationName }: Instrumentation): string {
  return instrumentationName ?? 'without a name';
}
