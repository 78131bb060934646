/** What the HTTP server asks for the JSON API and for the views of the page. */
export interface LiveApi {
  /**
   * The answer of a path below `/live/api/`, without a slash at the front, encoded as in a URL: one of `answers.ts`. Synchronous where
   * possible: the page's views are read once a second. Throws (or rejects with) an `ApiError`.
   */
  get(path: string, parameters: URLSearchParams): unknown;
  /** The methods that a path can be asked by; GET for one that does not exist. */
  methods(path: string): ReadonlyArray<'GET' | 'POST'>;
  /** What changes something: `profiles`, and in the viewer `session`. Only for paths whose methods include it. */
  post(path: string, parameters: URLSearchParams, body: AsyncIterable<Uint8Array>): unknown;
}

/** A request that cannot be answered; the message goes to the client and says what to change. */
export class ApiError extends Error {
  readonly status: 400 | 404 | 409 | 413 | 422;

  constructor(status: ApiError['status'], message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** An answer that is a file, to be streamed. */
export interface FileAnswer {
  readonly file: { readonly name: string; readonly contentType: string; readonly chunks: Iterable<Uint8Array> };
}
