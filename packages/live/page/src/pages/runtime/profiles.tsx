import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ProfileFunction, ProfileRow, ProfilesAnswer } from '../../../../src/model/answers.js';
import { formatBytes } from '../../format/bytes.js';
import { formatDuration } from '../../format/duration.js';
import { formatShare } from '../../format/number.js';
import { formatSeconds } from '../../format/time.js';
import { request, serverNow } from '../../state/connection.js';
import { useAnswer } from '../../state/use-answer.js';
import { DataTable } from '../../widgets/data-table.js';
import { Panel } from '../../widgets/panel.js';

/** A CPU profile of ten seconds on demand: where the time goes, and the file for other tools. */
export function Profiles(): VNode {
  const { answer } = useAnswer<ProfilesAnswer>('profiles', {});
  const [problem, setProblem] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const start = async (): Promise<void> => {
    setProblem('');
    setChosen(null);
    try {
      const { status, answer: given } = await request('api/profiles', {});
      if (status >= 400)
        setProblem(
          typeof given === 'object' && given !== null && 'problem' in given
            ? String(given.problem)
            : `status ${status}`,
        );
    } catch {
      setProblem('There is no connection to the service.');
    }
  };
  const running = answer?.running ?? null;
  const profile = answer?.profiles.find(({ id }) => id === chosen) ?? answer?.profiles[0];
  return (
    <Panel title="CPU profile" note="ten seconds, the service goes on" class="profiles">
      <div class="tools">
        <button type="button" class="button" disabled={running !== null} onClick={() => void start()}>
          {running === null ? 'Record ten seconds' : 'recording'}
        </button>
        {running !== null && <Progress startedMs={running.startedMs} endsMs={running.endsMs} />}
        {problem !== '' && (
          <span class="failed" role="alert">
            {problem}
          </span>
        )}
        {(answer?.profiles.length ?? 0) > 1 && (
          <label class="tool picker">
            <span>of</span>
            <select value={profile?.id} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
              {answer?.profiles.map(({ id, startedMs }) => (
                <option key={id} value={id}>
                  {formatSeconds(startedMs)}
                </option>
              ))}
            </select>
          </label>
        )}
        {profile !== undefined && (
          <a class="button" href={`./api/profiles/${encodeURIComponent(profile.id)}.cpuprofile`} download>
            Download, {formatBytes(profile.bytes)}
          </a>
        )}
      </div>
      {profile === undefined ? (
        running === null && <p class="none">None yet. The 20 functions that take most time appear here.</p>
      ) : (
        <TopFunctions profile={profile} />
      )}
    </Panel>
  );
}

function TopFunctions({ profile }: { profile: ProfileRow }): VNode {
  return (
    <DataTable
      label={`Functions by time, ${formatSeconds(profile.startedMs)}`}
      rows={profile.top}
      keyOf={({ name, place }) => `${name} ${place}`}
      columns={[
        {
          key: 'name',
          title: 'function',
          isWide: true,
          cell: ({ name, place }: ProfileFunction) => (
            <span class="mono" title={place}>
              <bdi>{name}</bdi> <span class="faint">{place}</span>
            </span>
          ),
        },
        {
          key: 'share',
          title: 'with what it calls',
          rank: 2,
          cell: ({ share }) => (
            <span class="share-bar">
              <i style={{ width: `${share * 100}%` }} />
              <span>{formatShare(share)}</span>
            </span>
          ),
        },
        {
          key: 'total',
          title: 'total',
          isNumber: true,
          cell: ({ totalMs }) => formatDuration(totalMs),
          sortBy: ({ totalMs }) => totalMs,
        },
        {
          key: 'self',
          title: 'self',
          isNumber: true,
          cell: ({ selfMs }) => formatDuration(selfMs),
          sortBy: ({ selfMs }) => selfMs,
        },
      ]}
    />
  );
}

function Progress({ startedMs, endsMs }: { startedMs: number; endsMs: number }): VNode {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 250);
    return () => clearInterval(timer);
  }, []);
  return (
    <progress
      aria-label="Recording"
      max={endsMs - startedMs}
      value={Math.max(0, Math.min(endsMs - startedMs, now - startedMs))}
    />
  );
}
