import type { AnswersByPath } from '../model/answers-by-path.js';

/** The running viewer. */
export interface Viewer {
  /** The link with the token, for a browser. A secret. */
  readonly url: string;
  /** The page without the token. */
  readonly pageUrl: string;
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly otlpHttpUrl: string;
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT` with `OTEL_EXPORTER_OTLP_PROTOCOL=grpc`. */
  readonly otlpGrpcUrl: string;
  /**
   * The answer of a path of the JSON API, as plain objects. Rejects with an error that says what to change.
   * @param parameters such as `{ service: 'orders', last: '1m', sort: 'slowest' }`; a list repeats the parameter
   */
  get<Path extends keyof AnswersByPath>(
    path: Path,
    parameters?: Readonly<Record<string, string | readonly string[]>>,
  ): Promise<AnswersByPath[Path]>;
  /** Adds a session that was exported. Rejects for a file that is none. */
  importSession(file: AsyncIterable<Uint8Array>): Promise<void>;
  /** All that is kept, as one file. */
  exportSession(): Iterable<Uint8Array>;
  /** Ends streams and receivers. */
  shutdown(options?: { readonly timeoutMs?: number | undefined }): Promise<void>;
}
