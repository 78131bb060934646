import { nearestName } from '@sightline/base';
import { EnvironmentReader, type EnvironmentRow } from '@sightline/settings';

/** Which instrumentations `register` enables (OpenTelemetry's `auto-instrumentations-node`). */
export const instrumentationRows: {
  readonly enabled: EnvironmentRow<'names'>;
  readonly disabled: EnvironmentRow<'names'>;
} = {
  enabled: {
    name: 'OTEL_NODE_ENABLED_INSTRUMENTATIONS',
    sets: 'instrumentations',
    type: 'names',
    defaultText: 'all that are installed',
    description:
      'The instrumentations that `register` enables, by the end of their package’s name: `http,pg` for `@opentelemetry/instrumentation-http` and `-pg`; `prisma`, `fastify`.',
  },
  disabled: {
    name: 'OTEL_NODE_DISABLED_INSTRUMENTATIONS',
    sets: 'instrumentations',
    type: 'names',
    defaultText: 'none',
    description: 'Instrumentations that `register` does not enable.',
  },
};

export interface ChosenInstrumentations {
  /** Of the given packages. */
  readonly packages: readonly string[];
  /** Names that were probably meant to be others, one sentence each. */
  readonly problems: readonly string[];
}

/** The packages that the environment enables. Names of packages that are not installed are left alone: several services may share them. */
export function chosenInstrumentations(
  packages: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ChosenInstrumentations {
  const environment = new EnvironmentReader(env);
  const [enabled, disabled] = [instrumentationRows.enabled, instrumentationRows.disabled].map(
    (row) => environment.read(row, 'instrumentations')?.value,
  );
  const names = packages.map(shortName);
  const problemsOf = ({ name }: EnvironmentRow, given: readonly string[] = []): readonly string[] =>
    given
      .filter((each) => !names.includes(each))
      .flatMap((each) => {
        const nearest = nearestName(each, names);
        return nearest === undefined
          ? []
          : [`${name} names "${each}", which is not installed. Did you mean "${nearest}"?`];
      });
  return {
    packages: packages.filter((each) => {
      const name = shortName(each);
      return (enabled === undefined || enabled.includes(name)) && disabled?.includes(name) !== true;
    }),
    problems: [
      ...problemsOf(instrumentationRows.enabled, enabled),
      ...problemsOf(instrumentationRows.disabled, disabled),
    ],
  };
}

/** `http` of `@opentelemetry/instrumentation-http`, `prisma` of `@prisma/instrumentation`, `fastify` of `@fastify/otel`. */
function shortName(name: string): string {
  return /^@opentelemetry\/instrumentation-(.*)$/.exec(name)?.[1] ?? /^@([^/]+)\//.exec(name)?.[1] ?? name;
}
