import { detectedAttributes } from './detected-attributes.js';
import type { EnvironmentReader } from './environment-reader.js';
import { processInstanceId, type Service, type ServiceOptions } from './service.js';
import { serviceRows } from './service-rows.js';
import { type Candidate, given, type Settings } from './settings.js';

/** Name, version and environment of the service, from code, environment and defaults. */
export function effectiveService(
  options: ServiceOptions & { readonly defaults?: ServiceOptions | undefined },
  environment: EnvironmentReader,
  settings: Settings,
): Service {
  const { defaults } = options;
  const { detected, readsEnvironment } = detectedBy(environment, settings);
  const read = readsEnvironment ? environment.read(serviceRows.attributes, 'attributes') : undefined;
  const attributes = read?.value ?? {};
  if (read !== undefined) settings.set('attributes', attributes, read.source);
  const attribute = (...names: string[]) => {
    const name = names.find((each) => attributes[each] !== undefined && attributes[each] !== '');
    return name === undefined || read === undefined ? undefined : given(attributes[name], `${read.source}, ${name}`);
  };
  const pick = <T>(option: keyof ServiceOptions, candidates: Array<Candidate<string> | undefined>, fallback: T) =>
    settings.pick<string | T>(
      option,
      [given(options[option], 'code'), ...candidates, given(defaults?.[option], 'defaults')],
      fallback,
    );
  const [otelName, ...olderNames] = environment.readAll(serviceRows.name, 'serviceName');
  const versions = environment.readAll(serviceRows.version, 'serviceVersion');
  const environments = environment.readAll(serviceRows.environment, 'environment');
  const ofEnvironment = attribute('deployment.environment.name', 'deployment.environment');
  return {
    name: pick('serviceName', [otelName, attribute('service.name'), ...olderNames], 'unknown_service:node'),
    version: pick('serviceVersion', [attribute('service.version'), ...versions], undefined),
    environment: pick('environment', [ofEnvironment, ...environments], undefined),
    instanceId: settings.pick('instanceId', [attribute('service.instance.id')], processInstanceId),
    attributes: { ...detected, ...attributes },
  };
}

function detectedBy(environment: EnvironmentReader, settings: Settings) {
  const read = environment.read(serviceRows.detectors, 'resourceDetectors');
  if (read === undefined) return { detected: {}, readsEnvironment: true };
  settings.set('resourceDetectors', read.value, read.source);
  const isWanted = (name: string): boolean =>
    read.value.includes('all') || (read.value.includes(name) && !read.value.includes('none'));
  const detectors = (['host', 'os', 'process'] as const).filter(isWanted);
  return { detected: detectedAttributes(detectors), readsEnvironment: isWanted('env') };
}
