import type { VNode } from 'preact';
import type { SettingsAnswer } from '../../../src/model/answers.js';
import { about } from '../state/connection.js';
import { go, parameter } from '../state/location.js';
import { useAnswer } from '../state/use-answer.js';
import { DataTable } from '../widgets/data-table.js';
import { EmptyState, Failed, Loading } from '../widgets/empty-state.js';
import { FilterInput } from '../widgets/filter-input.js';
import { Panel } from '../widgets/panel.js';
import { SessionFiles } from './session-files.js';

/** What is set, and where it was set: in code, in the environment, or by default. */
export function SettingsPage(): VNode {
  const { answer, failure } = useAnswer<SettingsAnswer>('settings', {});
  const filter = parameter('filter').toLowerCase();
  if (answer === null) return failure === null ? <Loading /> : <Failed problem={failure.problem} />;
  const sections = answer.sections
    .map(({ title, rows }) => ({
      title,
      rows: rows.filter(({ name, value, source }) =>
        `${title} ${name} ${value} ${source}`.toLowerCase().includes(filter),
      ),
    }))
    .filter(({ rows }) => rows.length > 0);
  return (
    <section aria-label="Settings">
      {about.value?.hasSessions === true && <SessionFiles />}
      <div class="tools">
        <FilterInput
          label="Filter of settings"
          value={parameter('filter')}
          placeholder="part of a name, value or source"
          onChange={(next) => go({ parameters: { filter: next } }, { replace: true })}
        />
        <span class="count">secrets are masked</span>
      </div>
      {sections.length === 0 && (
        <EmptyState title={answer.sections.length === 0 ? 'There are no settings to show.' : 'No setting matches.'} />
      )}
      <div class="settings">
        {sections.map(({ title, rows }) => (
          <Panel key={title} title={title}>
            <DataTable
              label={title}
              rows={rows}
              keyOf={({ name }) => name}
              columns={[
                { key: 'name', title: 'name', cell: ({ name }) => <span class="mono">{name}</span> },
                {
                  key: 'value',
                  title: 'value',
                  isWide: true,
                  cell: ({ value }) => <span class="mono wrap">{value === '' ? '(empty)' : value}</span>,
                },
                {
                  key: 'source',
                  title: 'from',
                  rank: 2,
                  cell: ({ source }) => (
                    <span class={source === 'default' || source === '' ? 'source faint' : 'source'}>{source}</span>
                  ),
                },
              ]}
            />
          </Panel>
        ))}
      </div>
    </section>
  );
}
