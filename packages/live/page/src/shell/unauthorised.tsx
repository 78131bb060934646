import type { VNode } from 'preact';
import { stream } from '../state/connection.js';

/** Instead of the page, if there is no session or it has ended. The address keeps what was shown. */
export function Unauthorised(): VNode {
  return (
    <main class="alone">
      <h1>Log in to go on</h1>
      <p>There is no session for this page, or it has ended: the service restarted, or the browser forgot it.</p>
      <p>The service prints a link with a token when it starts, in its terminal. Open that link, or enter the token:</p>
      <p class="buttons">
        <a class="button" href="./login">
          Log in
        </a>
        <button type="button" class="button" onClick={() => stream.check()}>
          I have logged in elsewhere
        </button>
      </p>
    </main>
  );
}
