/** The members used of a layer in Express's routers, 4 and 5. */
export interface ExpressLayer {
  readonly route?: ExpressRoute | undefined;
  readonly handle?: unknown;
  /** Express 5 with `router` 2.3 and later: the argument of `use()` or a verb. */
  readonly rawPath?: ExpressPath | undefined;
  /** Express 5. */
  readonly matchers?: ReadonlyArray<(path: string) => false | { readonly path: string; readonly params: object }>;
  readonly slash?: boolean | undefined;
  /** Express 4. */
  readonly regexp?: (RegExp & { readonly fast_slash?: boolean; readonly fast_star?: boolean }) | undefined;
  readonly keys?: ReadonlyArray<{ readonly name: string | number }> | undefined;
}

export interface ExpressRoute {
  readonly path: ExpressPath;
}

export type ExpressPath = string | RegExp | ReadonlyArray<string | RegExp>;
