import type { Facts } from '../model/facts.js';
import { equal } from '../promql/selectors.js';
import type { CatalogueSearch } from './catalogue-search.js';
import type { Query } from './plan.js';
import { line } from './query.js';
import { allOf, databaseScope, scoped } from './scope.js';

/** Connections in use, as the service sees them; else as the database does. */
export function connectionQuery({ database }: Facts, search: CatalogueSearch): Query | undefined {
  if (search.has('repo_pool_connections')) {
    const used = scoped({ metric: 'repo_pool_connections', matchers: [equal('state', 'used')] });
    return line(`sum(${used})`, 'in use');
  }
  const [gauge] = search.matching(/_db_connections_active$/, 'gauge');
  if (gauge !== undefined) return line(`sum(${allOf(gauge.name)})`, 'in use');
  if (database !== undefined) return line(`sum(${allOf('pg_stat_activity_count', databaseScope)})`, 'open');
  return undefined;
}
