import type { VNode } from 'preact';
import { hrefTo } from '../state/location.js';
import { EmptyState } from '../widgets/empty-state.js';

export function UnknownPage(): VNode {
  return (
    <EmptyState title="There is no such page.">
      <a href={hrefTo({ page: 'overview', parameters: {} })}>To the overview</a>
    </EmptyState>
  );
}
