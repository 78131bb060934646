import type { VNode } from 'preact';
import { about } from '../state/connection.js';
import { EmptyState } from '../widgets/empty-state.js';
import { senderCode } from './examples.js';

/** The viewer before anything has come: where to send, and the lines that do it. */
export function ViewerWelcome(): VNode {
  const receives = about.value?.receives;
  return (
    <div class="panel welcome">
      {receives == null ? (
        <EmptyState title="Nothing has come yet." />
      ) : (
        <EmptyState title="Nothing has come yet. Send OTLP here:" code={senderCode(receives)}>
          <p>
            HTTP at <b class="mono">{receives.http}</b>, gRPC at <b class="mono">{receives.grpc}</b>. Traces, metrics
            and logs appear as soon as they arrive, without reloading the page.
          </p>
        </EmptyState>
      )}
    </div>
  );
}
