import type { VNode } from 'preact';
import { useCallback, useRef, useState } from 'preact/hooks';
import type { LogRow, LogsAnswer } from '../../../src/model/answers.js';
import { formatNumber } from '../format/number.js';
import { formatClock, formatFull } from '../format/time.js';
import { shortId } from '../format/value.js';
import { about, services } from '../state/connection.js';
import { go, parameter, sharedParameters, view } from '../state/location.js';
import { serviceColor } from '../state/service-color.js';
import { useTail } from '../state/use-tail.js';
import type { TailEntry } from '../tail/tail.js';
import { EmptyState, Failed, Loading } from '../widgets/empty-state.js';
import { FilterInput } from '../widgets/filter-input.js';
import { Level } from '../widgets/level.js';
import { NothingThen } from '../widgets/nothing-then.js';
import { Segmented } from '../widgets/segmented.js';
import { VirtualGrid } from '../widgets/virtual-grid.js';
import { ClockNote } from './clock-note.js';
import { examples } from './examples.js';
import { GapCells } from './gap-cells.js';
import { LineDetails } from './logs/line-details.js';
import { ViewerWelcome } from './viewer-welcome.js';

const levels = [
  { value: '', title: 'all' },
  { value: 'info', title: 'info' },
  { value: 'warn', title: 'warn' },
  { value: 'error', title: 'error' },
] as const;
/** More than anyone scrolls through, and few enough for any browser. */
const maxLines = 5000;
const linesAtOnce = 1000;

/** Log lines as they come, the newest at the end. A reader who scrolls up stays there. */
export function LogsPage(): VNode {
  const filter = parameter('filter');
  const level = parameter('level');
  const traceId = parameter('trace');
  const spanId = parameter('span');
  const lineId = parameter('line');
  const hasService = view.value.service === null && services.value.length > 1;
  const tailed = useTail<LogRow, LogsAnswer>(
    'logs',
    {
      ...sharedParameters(),
      ...(filter !== '' && { filter }),
      ...(level !== '' && { level }),
      ...(traceId !== '' && { traceId }),
      ...(spanId !== '' && { spanId }),
      limit: String(linesAtOnce),
    },
    {
      rowsOf: ({ lines }) => lines,
      timeOf: ({ timeMs }) => timeMs,
      maxRows: maxLines,
      withCounts: (given, before) => ({
        ...given,
        matching: Math.min(before.matching + given.matching, given.kept),
      }),
    },
  );
  const { tail, answer, failure, isLoading } = tailed;
  const selected = lineId === '' ? -1 : tail.entries.findIndex(({ id }) => id === lineId);
  const entry = tail.entries[selected];

  return (
    <section class="page-fill" aria-label="Logs">
      <div class="tools">
        <FilterInput
          label="Filter of log lines"
          value={filter}
          placeholder="words  order.id=o-8812"
          onChange={(next) => go({ parameters: { filter: next, line: undefined } }, { replace: true })}
        />
        <Segmented
          label="Lowest level"
          value={levels.find(({ value }) => value === level)?.value ?? ''}
          choices={levels}
          onChoose={(value) => go({ parameters: { level: value, line: undefined } })}
        />
        {traceId !== '' && (
          <Chip
            text={`trace ${shortId(traceId)}`}
            onRemove={() => go({ parameters: { trace: undefined, span: undefined } })}
          />
        )}
        {spanId !== '' && (
          <Chip text={`span ${shortId(spanId)}`} onRemove={() => go({ parameters: { span: undefined } })} />
        )}
      </div>
      {failure !== null && <Failed problem={failure.problem} />}
      {answer === null ? (
        failure === null && <Loading />
      ) : (
        <>
          <p class="count">
            <b>{formatNumber(answer.matching)}</b> of {formatNumber(answer.kept)} kept lines match
            {answer.overwritten > 0 && (
              <span class="faint"> · {formatNumber(answer.overwritten)} older overwritten</span>
            )}
            <ClockNote />
          </p>
          {tail.entries.length === 0 ? (
            <NoLines kept={answer.kept} isFiltered={filter !== '' || level !== '' || traceId !== ''} />
          ) : (
            <div class={`split ${entry?.kind === 'row' ? 'open' : ''}`}>
              <div class="split-main">
                <Lines
                  key={tailed.key}
                  tailed={tailed}
                  selected={selected}
                  isLoading={isLoading}
                  hasService={hasService}
                />
              </div>
              {entry?.kind === 'row' && <LineDetails line={entry.row} />}
              {lineId !== '' && entry === undefined && (
                <p class="notice info">The line of this address is not among those shown.</p>
              )}
            </div>
          )}
        </>
      )}
    </section>
  );
}

function Lines(props: {
  tailed: ReturnType<typeof useTail<LogRow, LogsAnswer>>;
  selected: number;
  isLoading: boolean;
  hasService: boolean;
}): VNode {
  const { tailed, selected, isLoading, hasService } = props;
  const { tail } = tailed;
  const grid = useRef<HTMLElement | null>(null);
  const [isFollowing, setFollowing] = useState(true);
  const [older, setOlder] = useState<'' | 'reading' | 'none'>('');
  const readOlder = async (): Promise<void> => {
    setOlder('reading');
    setOlder((await tailed.readOlder()) === 0 ? 'none' : '');
  };
  const idOf = useCallback((index: number) => tail.entries[index]?.id, [tail]);
  const open = (index: number, replace: boolean): void => {
    const entry = tail.entries[index];
    if (entry?.kind !== 'row') return;
    go({ parameters: { line: entry.id === parameter('line') ? undefined : entry.id } }, { replace });
  };
  return (
    <>
      <VirtualGrid
        label="Log lines"
        class={`lines panel ${hasService ? 'with-service' : ''} ${isLoading ? 'stale' : ''}`}
        columns={[
          { title: 'time', class: 'c-time' },
          { title: 'level' },
          ...(hasService ? [{ title: 'service', class: 'c-service' }] : []),
          { title: 'message' },
        ]}
        count={tail.entries.length}
        rowHeight={24}
        selected={selected}
        follow
        onFollowing={setFollowing}
        idOf={idOf}
        onGrid={(element) => {
          grid.current = element;
        }}
        onOpen={(index) => open(index, selected >= 0)}
        onPass={(index) => {
          const entry = tail.entries[index];
          if (entry?.kind === 'row') go({ parameters: { line: entry.id } }, { replace: true });
        }}
        rowClass={(index) => rowClass(tail.entries[index])}
        renderRow={(index) => {
          const entry = tail.entries[index];
          if (entry === undefined) return null;
          return entry.kind === 'gap' ? (
            <GapCells count={entry.count} what="line" />
          ) : (
            <Cells line={entry.row} hasService={hasService} />
          );
        }}
      />
      <p class="list-foot">
        {tail.entries.length > maxLines - linesAtOnce ? (
          <span class="faint">More lines than these are not shown: filter them, or look at an earlier time.</span>
        ) : older === 'none' ? (
          <span class="faint">These are the oldest lines kept.</span>
        ) : (
          <button type="button" class="quiet" disabled={older === 'reading'} onClick={() => void readOlder()}>
            {older === 'reading' ? 'reading …' : '↑ older lines'}
          </button>
        )}
        {!isFollowing && (
          <button
            type="button"
            class="quiet to-end"
            onClick={() => {
              if (grid.current !== null) grid.current.scrollTop = grid.current.scrollHeight;
            }}
          >
            ↓ to the newest
          </button>
        )}
      </p>
    </>
  );
}

function rowClass(entry: TailEntry<LogRow> | undefined): string {
  if (entry === undefined) return '';
  return entry.kind === 'gap' ? 'gap' : `level-${entry.row.level}`;
}

function Cells({ line, hasService }: { line: LogRow; hasService: boolean }): VNode {
  return (
    <>
      <span role="gridcell" class="faint c-time">
        <time title={formatFull(line.timeMs)}>{formatClock(line.timeMs)}</time>
      </span>
      <span role="gridcell">
        <Level level={line.level} />
      </span>
      {hasService && (
        <span role="gridcell" class="c-service cut">
          <i class="swatch" style={{ background: `var(${serviceColor(line.service)})` }} aria-hidden="true" />
          {line.service}
        </span>
      )}
      <span role="gridcell" class="cut">
        <bdi>{line.message}</bdi> <span class="dim">{attributeText(line)}</span>
      </span>
    </>
  );
}

/** What fits beside the message. */
function attributeText({ attributes }: LogRow): string {
  let text = '';
  for (const [key, value] of Object.entries(attributes)) {
    if (text.length > 200) return `${text} …`;
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    text += `${text === '' ? '' : ' '}${key}=${shown}`;
  }
  return text;
}

function Chip({ text, onRemove }: { text: string; onRemove: () => void }): VNode {
  return (
    <span class="chip">
      <span class="mono">{text}</span>
      <button type="button" aria-label={`Remove the filter ${text}`} onClick={onRemove}>
        ×
      </button>
    </span>
  );
}

function NoLines({ kept, isFiltered }: { kept: number; isFiltered: boolean }): VNode {
  if (isFiltered) {
    return (
      <EmptyState title="No line matches.">
        <button
          type="button"
          class="button"
          onClick={() => go({ parameters: { filter: undefined, level: undefined, trace: undefined, span: undefined } })}
        >
          Remove the filters
        </button>
      </EmptyState>
    );
  }
  if (about.value?.kind === 'viewer' && services.value.length === 0) return <ViewerWelcome />;
  return <NothingThen what="log lines" kept={kept} code={examples.logs} />;
}
