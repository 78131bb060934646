import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import type { EventStream } from '../http/event-stream.js';
import type { FaultLog } from '../http/fault-log.js';

/**
 * Sends results as they come, each only when the client has taken those before: the next one is not read earlier. Then ends the stream,
 * and the results if the client went first.
 */
export async function streamResults(
  stream: EventStream,
  results: AsyncGenerator<ExecutionResult, void, void>,
  presentable: (result: ExecutionResult) => FormattedExecutionResult,
  faults: FaultLog,
): Promise<void> {
  try {
    while (!stream.isClosed) {
      const { value, done } = await results.next();
      if (done === true) {
        stream.send('complete', '');
        break;
      }
      stream.send('next', JSON.stringify(presentable(value)));
      await stream.writable();
    }
  } catch (error) {
    faults.failed('A GraphQL subscription of the dashboard', error);
  } finally {
    stream.end();
    await results.return();
  }
}
