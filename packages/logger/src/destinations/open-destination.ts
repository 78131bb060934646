import { quotedSetting } from '@sightline/base/secrets';
import type { Clock } from '@sightline/core';
import type { DestinationOption } from '../options.js';
import { BufferedDestination, type BufferOptions } from './buffered.js';
import type { Destination } from './destination.js';
import { FileDestination } from './file/file-destination.js';
import { resolveRotation } from './file/rotate-options.js';
import type { LossObserver } from './losses.js';
import { severalDestinations } from './several.js';
import { standardDestination } from './standard-stream.js';

/** Makes what the option describes. Throws for what is no destination; a file that cannot be opened is not that. */
export function openDestination(
  option: DestinationOption | readonly DestinationOption[],
  observer: LossObserver,
  clock: Clock,
): Destination {
  if (isList(option) && option.length > 0) {
    const all = option.map((each) => openDestination(each, observer, clock));
    return all.length === 1 && all[0] !== undefined ? all[0] : severalDestinations(all);
  }
  if (option === 'stdout' || option === 'stderr') return standardDestination(option, observer);
  if (typeof option === 'object' && option !== null) {
    if ('write' in option && typeof option.write === 'function') return option as Destination;
    if ('file' in option && typeof option.file === 'string' && option.file !== '') {
      const rotation = option.rotate === false ? undefined : resolveRotation(option.rotate ?? {});
      return buffered(new FileDestination(option.file, rotation, observer, clock), option.buffer, clock);
    }
    if ('to' in option && (option.to === 'stdout' || option.to === 'stderr')) {
      return buffered(openDestination(option.to, observer, clock), option.buffer, clock);
    }
  }
  throw new Error(
    `[logger] destination is ${quotedSetting('destination', option)}. Give 'stdout', 'stderr', { file: 'app.log' }, { to: 'stdout', buffer: true }, a stream, or a list of these.`,
  );
}

function buffered(target: Destination, buffer: BufferOptions | true | undefined, clock: Clock): Destination {
  return buffer === undefined ? target : new BufferedDestination(target, buffer === true ? {} : buffer, clock);
}

function isList(option: DestinationOption | readonly DestinationOption[]): option is readonly DestinationOption[] {
  return Array.isArray(option);
}
