import type { RefObject, VNode } from 'preact';
import { formatNumber } from '../format/number.js';
import { formatMoment, formatRange } from '../format/time.js';
import { serverNow, services } from '../state/connection.js';
import { go, view } from '../state/location.js';
import { newSincePause, pausedAtMs, setPaused } from '../state/pause.js';
import { setTheme, type Theme, theme } from '../state/preferences.js';
import { useShortcut } from '../state/shortcuts.js';
import { ranges } from '../state/view.js';
import { Segmented } from '../widgets/segmented.js';
import { openHelp } from './help.js';

/** The title of the page, and what is the same on all pages: service, time, pause, theme, help. */
export function TopBar({
  title,
  heading,
  hasService,
  hasTime,
}: {
  title: string;
  heading: RefObject<HTMLHeadingElement | null>;
  hasService: boolean;
  hasTime: boolean;
}): VNode {
  return (
    <header class="top">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {hasService && <ServicePicker />}
      {hasTime && <TimePicker />}
      <PauseButton />
      <ThemeButton />
      <button type="button" class="tool" aria-label="Help and keys" aria-keyshortcuts="?" onClick={openHelp}>
        ?
      </button>
    </header>
  );
}

function ServicePicker(): VNode | null {
  const chosen = view.value.service;
  const names = [...new Set([...services.value.map(({ name }) => name), ...(chosen === null ? [] : [chosen])])].sort();
  if (names.length < 2 && chosen === null) return null;
  return (
    <label class="tool picker">
      <span>service</span>
      <select
        value={chosen ?? ''}
        onChange={({ currentTarget }) => go({ service: currentTarget.value === '' ? null : currentTarget.value })}
      >
        <option value="">all</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function TimePicker(): VNode {
  const { last, untilMs } = view.value;
  return (
    <>
      {untilMs !== null ? (
        <span class="tool fixed">
          <span>
            {formatRange(last)} until {formatMoment(untilMs, serverNow())}
          </span>
          <button type="button" onClick={() => go({ untilMs: null, last: '15m' })}>
            back to now
          </button>
        </span>
      ) : (
        <Segmented
          label="Time shown"
          value={last}
          choices={[...ranges, ...(ranges.includes(last) ? [] : [last])].map((value) => ({
            value,
            title: formatRange(value),
          }))}
          onChoose={(value) => go({ last: value })}
        />
      )}
    </>
  );
}

function PauseButton(): VNode {
  const isPaused = pausedAtMs.value !== null;
  const { count, what } = newSincePause.value;
  useShortcut('p', isPaused ? 'go on' : 'pause: nothing moves, what comes is counted', () => setPaused(!isPaused));
  return (
    <button
      type="button"
      class={`tool pause ${isPaused ? 'on' : ''}`}
      aria-pressed={isPaused}
      aria-keyshortcuts="p"
      onClick={() => setPaused(!isPaused)}
    >
      {isPaused ? (
        <span>
          <b>paused</b>, {formatNumber(count)} new<span class="wide-only"> {what}</span>
        </span>
      ) : (
        <>
          <span class="live-dot" aria-hidden="true" />
          live
        </>
      )}
      <kbd aria-hidden="true">p</kbd>
    </button>
  );
}

const themes: Record<Theme, { readonly next: Theme; readonly sign: string }> = {
  system: { next: 'light', sign: '◐' },
  light: { next: 'dark', sign: '○' },
  dark: { next: 'system', sign: '●' },
};

function ThemeButton(): VNode {
  const { next, sign } = themes[theme.value];
  return (
    <button
      type="button"
      class="tool"
      aria-label={`Theme: ${theme.value}. Change to ${next}`}
      title={`theme: ${theme.value}`}
      onClick={() => setTheme(next)}
    >
      {sign}
    </button>
  );
}
