/**
 * Whether a label gets new values for as long as the service runs, such as `date`: slower than ids, but for ever. Names whose values may
 * repeat (`day="monday"`, `hour="13"`) count only if a value is a date.
 */
export function growsForEver(name: string, values: Iterable<string>): boolean {
  if (/(^|[._-])(date|yearweek|yearmonth)$|[a-z]Date$/.test(name)) return true;
  if (!/(^|[._-])(hour|day|week|month|quarter|year|period|timestamp)$|[a-z](Hour|Day|Week|Month|Year)$/.test(name))
    return false;
  for (const value of values) if (/^\d{4}-?(\d{2}|W\d|Q\d)/.test(value)) return true;
  return false;
}
