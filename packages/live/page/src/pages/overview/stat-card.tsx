import type { VNode } from 'preact';
import { Chart } from '../../charts/chart.js';
import { formatNumber } from '../../format/number.js';
import type { Format } from '../../format/unit.js';

export interface StatCardProps {
  readonly title: string;
  readonly note: string;
  readonly href?: string;
  /** None: not known. */
  readonly numbers: ReadonlyArray<{ readonly value: string; readonly unit: string }>;
  readonly sub?: string;
  readonly isBad?: boolean;
  /** What to say if there are no numbers. */
  readonly missing: string;
  readonly timesMs: readonly number[];
  readonly lines: ReadonlyArray<{
    readonly name: string;
    readonly values: ReadonlyArray<number | null> | undefined;
    readonly color: string;
  }>;
  /** Instead of a chart. */
  readonly shares?: ReadonlyArray<{ readonly name: string; readonly count: number }>;
  readonly format: Format;
  readonly tracesOf?: (fromMs: number, untilMs: number) => string;
}

/** A number large enough to be read from afar, and how it came about. */
export function StatCard(props: StatCardProps): VNode {
  const { title, note, href, numbers, sub = '', isBad = false, missing, lines, shares } = props;
  const known = lines.flatMap(({ name, values, color }) => (values === undefined ? [] : [{ name, values, color }]));
  return (
    <section class={`panel card ${isBad ? 'bad' : ''}`}>
      <header class="panel-head">
        <h2>{href === undefined ? title : <a href={href}>{title}</a>}</h2>
        <span class="note">{note}</span>
      </header>
      {numbers.length === 0 ? (
        <p class="card-missing">{missing}</p>
      ) : (
        <p class="big">
          {numbers.map(({ value, unit }, index) => (
            <span key={index}>
              {value}
              {unit !== '' && <small> {unit}</small>}
            </span>
          ))}
        </p>
      )}
      <p class="card-sub" title={sub}>
        {isBad && <span class="sign">! </span>}
        {sub}
      </p>
      {shares !== undefined && <Shares shares={shares} />}
      {known.length > 0 && (
        <Chart
          label={title}
          timesMs={props.timesMs}
          series={known}
          colors={known.map(({ color }) => color)}
          format={props.format}
          height={48}
          isFilled={known.length === 1}
          isBare
          hasLegend={false}
          hasTable={false}
          {...(props.tracesOf !== undefined && { tracesOf: props.tracesOf })}
        />
      )}
    </section>
  );
}

/** What became of things, as parts of a bar, with words. */
function Shares({ shares }: { shares: NonNullable<StatCardProps['shares']> }): VNode {
  const total = shares.reduce((sum, { count }) => sum + count, 0);
  return (
    <div class="shares">
      <div class="shares-bar" aria-hidden="true">
        {total > 0 &&
          shares.map(({ name, count }) => (
            <i key={name} class={`state-${toneOf(name)}`} style={{ flexGrow: String(count) }} />
          ))}
      </div>
      <ul>
        {shares.map(({ name, count }) => (
          <li key={name}>
            <i class={`state-${toneOf(name)}`} aria-hidden="true" />
            <b>{formatNumber(count)}</b> {name}
          </li>
        ))}
      </ul>
    </div>
  );
}

function toneOf(state: string): string {
  if (/fail|error|abort/.test(state)) return 'bad';
  return /compensat|timeout|cancel/.test(state) ? 'warn' : 'ok';
}
