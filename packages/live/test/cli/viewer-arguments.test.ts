import { expect, test } from 'vitest';
import { viewerArguments, viewerUsage } from '../../src/cli/viewer-arguments.js';
import { resolveViewerOptions, viewerFields } from '../../src/viewer/viewer-options.js';

test('arguments become options', () => {
  const args = ['--port', '9470', '--max-spans=10', '--allowed-hosts', 'dev.local, box', '--open', 'session.gz'];
  expect(viewerArguments(args, { SIGHTLINE_LIVE_TOKEN: 'a-token-of-the-team' })).toEqual({
    options: { token: 'a-token-of-the-team', port: 9470, maxSpans: 10, allowedHosts: ['dev.local', 'box'] },
    opens: true,
    session: 'session.gz',
    wantsHelp: false,
  });
});

test('every option of the viewer that is data has an argument', () => {
  for (const [name, { type }] of Object.entries(viewerFields)) {
    if (['function', 'instance'].includes(type)) continue;
    expect(viewerUsage).toContain(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} `);
  }
});

test.each([
  [['--prt', '1'], 'There is no option --prt. Did you mean "port"?'],
  [['--port', 'abc'], '--port is "abc", but must be a whole number'],
  [['--port'], '--port needs a value'],
  [['a.gz', 'b.gz'], 'One session file at most'],
])('%j is refused', (args, message) => {
  expect(() => viewerArguments(args, {})).toThrow(message);
});

test('a viewer that others can reach needs a token', () => {
  expect(() => resolveViewerOptions({ host: '0.0.0.0' })).toThrow('host "0.0.0.0" can be reached by others');
  expect(resolveViewerOptions({ host: '0.0.0.0', token: 'a-token-of-the-team' })).toMatchObject({ port: 9465 });
  expect(() => resolveViewerOptions({ prot: 1 } as object)).toThrow('Did you mean "port"');
});
