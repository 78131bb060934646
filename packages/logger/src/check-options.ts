import { unknownNames } from '@sightline/settings';
import { resolveFields } from '@sightline/settings/fields';
import { checkMembers } from './check-members.js';
import { type LoggerOptions, loggerFields } from './fields.js';

/** Throws for options that mean nothing, with what to write instead. */
export function checkOptions(options: LoggerOptions): void {
  const { redact, repeats, service, destination, transport } = resolveFields('logger', loggerFields, options);
  const [problem] = unknownNames('createLogger', options, Object.keys(loggerFields));
  if (problem !== undefined) throw new Error(`[logger] ${problem}`);
  if (destination !== undefined && transport !== undefined) {
    throw new Error('[logger] destination and transport are both given. Give one of them.');
  }
  if (Array.isArray(redact)) {
    throw new Error(
      '[logger] redact is a list. Give { paths: […] } for places, or { keys: […] } for keys at any depth.',
    );
  }
  if (redact !== false) checkMembers('redact', redact, ['keys', 'paths', 'allow', 'censor', 'values']);
  checkMembers('repeats', repeats, ['max', 'intervalMs']);
  checkMembers('service', service, ['name', 'version', 'environment']);
}
