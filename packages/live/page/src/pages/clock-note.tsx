import type { VNode } from 'preact';
import { formatDuration } from '../format/duration.js';
import { services } from '../state/connection.js';
import { view } from '../state/location.js';

/** Rows are in the order of their own times: those of a clock that is ahead stay the newest. */
export function ClockNote(): VNode | null {
  const { service } = view.value;
  const early = services.value.find(
    ({ name, clockAheadMs }) => (clockAheadMs ?? 0) > noticedMs && name === (service ?? name),
  );
  if (early === undefined) return null;
  return (
    <span class="clock-note">
      {' '}
      · the clock of {early.name} is ahead by {formatDuration(early.clockAheadMs ?? 0)}
    </span>
  );
}

const noticedMs = 60_000;
