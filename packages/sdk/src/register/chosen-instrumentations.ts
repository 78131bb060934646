import { nearestName } from '@sightline/base';
import { EnvironmentReader, type EnvironmentRow } from '@sightline/settings';
import { rowsOf } from '@sightline/settings/fields';

/** Which instrumentations `register` enables (OpenTelemetry's `auto-instrumentations-node`). */
export const instrumentationRows: Readonly<
  Record<'OTEL_NODE_ENABLED_INSTRUMENTATIONS' | 'OTEL_NODE_DISABLED_INSTRUMENTATIONS', EnvironmentRow<'names'>>
> = rowsOf('instrumentations', {
  type: 'list',
  variables: {
    OTEL_NODE_ENABLED_INSTRUMENTATIONS: {
      default: 'all that are installed',
      help: 'The instrumentations that `register` enables, by the end of their package’s name: `http,pg` for `@opentelemetry/instrumentation-http` and `-pg`; `prisma`, `fastify`.',
    },
    OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'Instrumentations that `register` does not enable.',
  },
});

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
  const rows = Object.values(instrumentationRows);
  const [enabled, disabled] = rows.map((row) => environment.read(row, 'instrumentations')?.value);
  const names = packages.map(shortName);
  const problemsOf = ({ name }: EnvironmentRow, given: readonly string[] = []): readonly string[] =>
    given.flatMap((each) => {
      const nearest = names.includes(each) ? undefined : nearestName(each, names);
      return nearest === undefined
        ? []
        : [`${name} names "${each}", which is not installed. Did you mean "${nearest}"?`];
    });
  return {
    packages: packages.filter((each) => {
      const name = shortName(each);
      return (enabled === undefined || enabled.includes(name)) && disabled?.includes(name) !== true;
    }),
    problems: rows.flatMap((row, i) => problemsOf(row, [enabled, disabled][i])),
  };
}

/** `http` of `@opentelemetry/instrumentation-http`, `prisma` of `@prisma/instrumentation`, `fastify` of `@fastify/otel`. */
function shortName(name: string): string {
  return /^@opentelemetry\/instrumentation-(.*)$/.exec(name)?.[1] ?? /^@([^/]+)\//.exec(name)?.[1] ?? name;
}
