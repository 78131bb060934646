/** On every answer. */
const always = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
} as const;

const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Of a page. */
export const pageHeaders: Readonly<Record<string, string>> = { ...always, 'Content-Security-Policy': pagePolicy };

/**
 * Of the page with the login form. Without a referrer a browser sends `Origin: null` with a form (Fetch, "append a request Origin
 * header"); nothing secret is in the addresses of these pages.
 */
export const loginHeaders: Readonly<Record<string, string>> = {
  ...pageHeaders,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'same-origin',
};

/** Of data. If a browser shows it as a page, nothing in there runs. */
export const dataHeaders: Readonly<Record<string, string>> = {
  ...always,
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'Cache-Control': 'no-store',
};
