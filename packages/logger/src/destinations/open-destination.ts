import type { Clock } from '@sightline/base';
import { quotedSetting, withoutPath } from '@sightline/base/secrets';
import { type Fields, type ResolvedOf, resolveFields } from '@sightline/settings/fields';
import { fileDestination } from '../file/file-destination.js';
import { levelValueOf } from '../levels/level-names.js';
import { bufferedFields, type DestinationOption, fileFields, streamFields } from '../options.js';
import type { LineStream } from '../write-line.js';
import { alertDestination, alertFields } from './alert.js';
import { withBuffer } from './buffered.js';
import { byLevel } from './by-level.js';
import type { Destination } from './destination.js';
import type { LossObserver } from './losses.js';
import { severalDestinations } from './several.js';
import { standardDestination } from './standard-stream.js';

/** Makes what the option describes. Throws for what is no destination; a file that cannot be opened is not that. */
export function openDestination(
  option: DestinationOption | readonly DestinationOption[],
  observer: DestinationObserver,
  clock: Clock,
): Destination {
  const options = isList(option) ? option : [option];
  if (options.length === 0) throw wrongDestination(option);
  const all = options.map((each) => ({ destination: opened(each, observer, clock), level: levelOf(each) }));
  const [first] = all;
  if (all.every(({ level }) => level === undefined)) {
    return all.length === 1 && first !== undefined
      ? first.destination
      : severalDestinations(all.map(({ destination }) => destination));
  }
  return byLevel(all.map(({ destination, level = Number.NEGATIVE_INFINITY }) => ({ destination, level })));
}

export interface DestinationObserver extends LossObserver {
  /** A line that a callback or webhook did not get. */
  alertDropped(count: number): void;
}

/** The least level that a destination asks for beside the logger's; `undefined` if none does. */
export function leastLevelOf(option: DestinationOption | readonly DestinationOption[]): number | undefined {
  const levels = (isList(option) ? option : [option]).flatMap((each) => {
    const level = levelOf(each);
    return level === undefined ? [] : [level];
  });
  return levels.length === 0 ? undefined : Math.min(...levels);
}

function levelOf(option: DestinationOption): number | undefined {
  if (typeof option !== 'object' || option === null || isStream(option)) return undefined;
  return levelValueOf(option.level ?? ('alert' in option ? alertFields.level.default : undefined));
}

function isStream(option: object): option is LineStream {
  return 'write' in option && typeof option.write === 'function';
}

function opened(option: DestinationOption, observer: DestinationObserver, clock: Clock): Destination {
  if (option === 'stdout' || option === 'stderr') return standardDestination(option, observer);
  if (typeof option === 'object' && option !== null) {
    if (isStream(option)) return option as Destination;
    if ('stream' in option) return checked(streamFields, option).stream as Destination;
    if ('alert' in option) {
      return alertDestination(checked(alertFields, option), clock, (count) => observer.alertDropped(count));
    }
    if ('file' in option) {
      const { level: _ofLines, ...file } = checked(fileFields, option);
      return fileDestination({ ...file, observer, clock });
    }
    if ('to' in option) {
      const { to, buffer } = checked(bufferedFields, option);
      return withBuffer(standardDestination(to, observer), buffer, clock);
    }
  }
  throw wrongDestination(option);
}

function checked<Table extends Fields>(table: Table, option: object): ResolvedOf<Table> {
  return resolveFields('logger', table, option, 'destination', 'destination.');
}

function wrongDestination(option: unknown): Error {
  // An address that stands here is that of a webhook.
  return new Error(
    `[logger] destination is ${quotedSetting('destination', withoutPath(option))}. Give 'stdout', 'stderr', { file: 'app.log' }, { to: 'stdout', level: 'error' }, { alert: 'https://…' }, a stream, or a list of these.`,
  );
}

function isList(option: DestinationOption | readonly DestinationOption[]): option is readonly DestinationOption[] {
  return Array.isArray(option);
}
