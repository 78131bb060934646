import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '@sightline/base';
import { maskedSetting } from '@sightline/base/secrets';
import type { Setting, Settings } from '@sightline/settings';
import type { ObservabilityOptions } from '../options.js';

/**
 * What `options` and the settings that follow from them want otherwise than an observability does that runs already, without
 * secrets: `serviceName stays "unknown_service:node" instead of "shop"`.
 */
export function fixedSettings(options: ObservabilityOptions, wanted: Settings, running: Settings): readonly string[] {
  const ofService = wanted.list().filter(({ source }) => source === 'code' || source === 'defaults');
  return [
    ...ofService.flatMap((setting) => difference(setting, running.get(setting.name)?.value)),
    ...names(options)
      .filter((name) => wanted.get(name) === undefined)
      .map((name) => `${name} is not used`),
  ];
}

function difference({ name, value }: Setting, now: unknown): readonly string[] {
  if (isDeepStrictEqual(value, now)) return [];
  const [kept, instead] = [maskedSetting(name, now), maskedSetting(name, value)];
  return [kept === instead ? `${name} stays as it is` : `${name} stays ${kept} instead of ${instead}`];
}

/** The options that are given, one level deep for groups: `http.port`. */
function names(options: object): readonly string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || ofCall.includes(name)) return [];
    if (!groups.includes(name)) return [name];
    if (!isRecord(value) || 'child' in value) return [];
    return Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [`${name}.${key}`]));
  });
}

/** Options that say where others come from. */
const ofCall = ['env', 'defaults'];
const groups = ['http', 'logger', 'tracing', 'otlpLogs', 'live', 'prometheus', 'logSnapshot', 'otel', 'statsd'];
