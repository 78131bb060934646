import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Panel } from '../widgets/panel.js';

type State = { readonly kind: 'none' | 'sending' | 'done' } | { readonly kind: 'failed'; readonly problem: string };

/** All that the viewer has, as one file; and such a file back into a viewer. */
export function SessionFiles(): VNode {
  const [state, setState] = useState<State>({ kind: 'none' });
  const send = async (file: File): Promise<void> => {
    setState({ kind: 'sending' });
    try {
      const response = await fetch('./api/session', {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: file,
      });
      if (response.ok) setState({ kind: 'done' });
      else
        setState({
          kind: 'failed',
          problem: (await problemOf(response)) ?? `The viewer answered with status ${response.status}.`,
        });
    } catch {
      setState({ kind: 'failed', problem: 'There is no connection to the viewer.' });
    }
  };
  return (
    <Panel title="Session" note="spans, log lines, metrics and messages in one file">
      <p class="buttons">
        <a class="button" href="./api/session" download>
          Export
        </a>
        <label class="button file">
          Import …
          <input
            type="file"
            class="hidden"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file !== undefined) void send(file);
              currentTarget.value = '';
            }}
          />
        </label>
        <span role="status">
          {state.kind === 'sending' && 'importing …'}
          {state.kind === 'done' && '✓ imported'}
        </span>
      </p>
      {state.kind === 'failed' && (
        <p class="failed" role="alert">
          <b>✕ Not imported.</b> {state.problem}
        </p>
      )}
    </Panel>
  );
}

async function problemOf(response: Response): Promise<string | undefined> {
  try {
    const answer: unknown = await response.json();
    return typeof answer === 'object' && answer !== null && 'problem' in answer ? String(answer.problem) : undefined;
  } catch {
    return undefined;
  }
}
