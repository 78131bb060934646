/** Conformance cases that a log line fails by its nature, each with the reason that users read. */
export const deviations: ReadonlyArray<{ readonly case: string; readonly reason: string }> = [
  {
    case: 'keeps series apart that a joined key would merge',
    reason:
      'A line joins label values with ":", so counters whose values join to one text are added up; gauges and histograms stay apart.',
  },
  ...[
    'resolves a flush only when the peer has what was recorded before it',
    'sends what is counted during a slow flush exactly once',
    'rejects a flush at its deadline',
    'shuts down within its deadline although the peer does not answer',
  ].map((name) => ({ case: name, reason: 'A logger takes a line at once or throws: there is no answer to wait for.' })),
  {
    case: 'leaves recording and shutdown working when it cannot start',
    reason: 'Nothing can fail at start: there is neither a port nor a connection.',
  },
];
