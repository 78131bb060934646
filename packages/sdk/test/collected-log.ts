import type { Log } from '@sightline/base';

/** A log that keeps what it was told. */
export function collectedLog(): Log & Record<'infos' | 'warnings' | 'errors', string[]> {
  const infos: string[] = [];
  const warnings: string[] = [];
  const errors: string[] = [];
  return {
    infos,
    warnings,
    errors,
    info: (_, message) => void infos.push(message),
    warn: (_, message) => void warnings.push(message),
    error: (_, message) => void errors.push(message),
  };
}
