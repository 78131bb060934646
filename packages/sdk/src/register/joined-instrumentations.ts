import { flatInstrumentations, type Instrumentation, type InstrumentationOption } from '@sightline/tracing/sdk';

/**
 * The instrumentations of `register` and those of the service's code, which win where both have one. Its patches replace those of the
 * first (`InstrumentationBase._wrap`), which stay where a module was loaded before: with the configuration of the code. An
 * instrumentation that listens instead of patching would make two spans of everything, so the first is switched off.
 */
export function joinedInstrumentations(
  preloaded: readonly Instrumentation[],
  given: readonly InstrumentationOption[],
): readonly Instrumentation[] {
  const inCode = flatInstrumentations(given);
  const stay = preloaded.filter((first) => {
    const own = inCode.find((each) => isSame(each, first));
    if (own === undefined || own === first) return own === undefined;
    if (patchesNothing(first)) first.disable();
    else configure(first, own);
    return false;
  });
  return [...stay, ...inCode];
}

function isSame(one: Instrumentation, other: Instrumentation): boolean {
  const { instrumentationName } = one;
  return one === other || (instrumentationName !== undefined && instrumentationName === other.instrumentationName);
}

function patchesNothing(instrumentation: Instrumentation): boolean {
  const modules: unknown = Reflect.get(instrumentation, '_modules');
  return Array.isArray(modules) && modules.length === 0;
}

function configure(first: Instrumentation, own: Instrumentation): void {
  const setConfig: unknown = Reflect.get(first, 'setConfig');
  // `enabled` was set when it was made; passing it to an observability switches it on.
  if (typeof setConfig === 'function') setConfig.call(first, { ...own.getConfig?.(), enabled: true });
}
