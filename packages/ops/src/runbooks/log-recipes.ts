/** Filters of jq for lines of errors and of one trace, by the layout of the service's logger; from the guide on logging. */
export const logRecipes = [
  { layout: 'pino', errors: 'select(.level >= 50)', trace: 'select(.trace_id == "0af7651916cd43dd8448eb211c80319c")' },
  {
    layout: 'structured',
    errors: 'select(.level == "ERROR" or .level == "CRITICAL")',
    trace: 'select(.metadata.trace_id == "0af7651916cd43dd8448eb211c80319c")',
  },
  {
    layout: 'ecs',
    errors: 'select(."log.level" == "error" or ."log.level" == "critical")',
    trace: 'select(."trace.id" == "0af7651916cd43dd8448eb211c80319c")',
  },
] as const;
