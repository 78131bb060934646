import { isLoopback, isRecord } from '@sightline/base';
import { type Candidate, effectiveOptions, given, type OptionReading, type Service } from '@sightline/settings';
import { rowsOf } from '@sightline/settings/fields';
import { observabilityFields } from '../options.js';
import { type LiveOptions, liveSettings, type ResolvedLiveOptions } from './live-options.js';

/** The options of the page; `undefined` if it is off. */
export function effectiveLive(
  { live }: { readonly live?: boolean | LiveOptions | undefined },
  reading: OptionReading,
  { service, isProduction }: { readonly service: Service; readonly isProduction: boolean },
): ResolvedLiveOptions | undefined {
  const { environment, settings, problems } = reading;
  const options = effectiveOptions(
    { ...liveSettings, name: 'live', code: isRecord<object>(live) ? live : undefined, defaults: undefined },
    reading,
  );
  if (problems.length > 0) return undefined;
  const resolved = { ...liveSettings.resolve(options), isProduction };
  const { SIGHTLINE_LIVE } = rowsOf('live', observabilityFields.live);
  const variable = environment.read(SIGHTLINE_LIVE, 'live');
  const inCode = given(live === undefined ? undefined : live !== false, 'code');
  const off: Candidate<boolean> | undefined =
    isProduction && variable === undefined && inCode?.value === true && !resolved.inProduction
      ? { value: false, source: 'production' }
      : undefined;
  if (!settings.pick('live', [variable, off, inCode], false)) {
    for (const name of liveSettings.optionNames) settings.forget(`live.${name}`);
    return undefined;
  }
  const openTo = publicReason(resolved, isProduction, service);
  if (openTo === undefined) return resolved;
  const problem = `${openTo}, where it needs a token. Set SIGHTLINE_LIVE_TOKEN, or pass live: { token } or live: { authorize }.`;
  if (variable === undefined) problems.push(`live: ${problem}`);
  else {
    settings.set('live', false, 'no token');
    environment.reject(SIGHTLINE_LIVE.name, 'live', `is not enough: ${problem}`);
  }
  return undefined;
}

/** Why a random token is not enough; `undefined` if it is, or if there is another. */
function publicReason(
  { host, token, authorize }: ResolvedLiveOptions,
  isProduction: boolean,
  { name }: Service,
): string | undefined {
  if (token !== undefined || authorize !== undefined) return undefined;
  if (!isLoopback(host)) return `the page of "${name}" is on host "${host}"`;
  return isProduction ? `the page of "${name}" is on in production` : undefined;
}
