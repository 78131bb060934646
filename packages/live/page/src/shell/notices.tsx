import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { formatDuration } from '../format/duration.js';
import { formatMoment } from '../format/time.js';
import { connection, restartedAtMs, serverNow, stream } from '../state/connection.js';
import { newSincePause, pausedAtMs } from '../state/pause.js';

/** What the reader must know about all that is shown: no connection, another process. Announced once each, not every second. */
export function Notices(): VNode {
  const state = connection.value;
  const restartedMs = restartedAtMs.value;
  return (
    <div class="notices">
      <p class="hidden" role="status">
        {announcement(state.kind, pausedAtMs.value !== null)}
      </p>
      {state.kind === 'lost' && (
        <div class="notice bad">
          <b>Connection lost.</b> <span>What you see is from before.</span> <Countdown untilMs={state.retryAtMs} />
          <button type="button" onClick={() => stream.check()}>
            try now
          </button>
        </div>
      )}
      {state.kind === 'refused' && (
        <div class="notice bad" role="alert">
          <b>The server refuses the connection.</b> <span>{state.problem}</span>
          <button type="button" onClick={() => stream.check()}>
            try now
          </button>
        </div>
      )}
      {state.kind === 'held' && (
        <div class="notice bad" role="alert">
          <b>No events arrive.</b>{' '}
          <span>The server answers, but a proxy in between holds its stream back: switch buffering off there.</span>
          <button type="button" onClick={() => stream.check()}>
            try now
          </button>
        </div>
      )}
      {restartedMs !== null && (
        <div class="notice warn" role="status">
          <b>The service restarted</b>{' '}
          <span>at {formatMoment(restartedMs, serverNow())}. What you see is of the new process.</span>
          <button
            type="button"
            onClick={() => {
              restartedAtMs.value = null;
            }}
          >
            understood
          </button>
        </div>
      )}
    </div>
  );
}

function announcement(kind: string, isPaused: boolean): string {
  if (kind === 'lost') return 'Connection lost.';
  if (isPaused) return `Paused. ${newSincePause.peek().count === 0 ? 'What comes is counted.' : ''}`;
  return kind === 'open' ? 'Connected, live.' : '';
}

/** Not announced: it would be read out every second. */
function Countdown({ untilMs }: { untilMs: number }): VNode {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [untilMs]);
  const leftMs = Math.max(0, Math.ceil((untilMs - now) / 1000)) * 1000;
  return <span>Trying again {leftMs === 0 ? 'now' : `in ${formatDuration(leftMs)}`}.</span>;
}
