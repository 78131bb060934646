import { realpathSync } from 'node:fs';

/**
 * Whether this process is a package manager. `NODE_OPTIONS` reaches `npm start` as well as the service that it startup, and only the
 * service is to be observed.
 * @param program `process.argv[1]`
 */
export function isPackageManager(program: string | undefined): boolean {
  if (program === undefined) return false;
  const path = resolved(program).replaceAll('\\', '/');
  return /\/node_modules\/(?:npm|pnpm|yarn|corepack|cnpm)\/(?!.*\/node_modules\/)/.test(path) || managerFile.test(path);
}

// `npm-cli.js`, `npx-cli.js`, `pnpm.cjs`, `pnpx.cjs`, `yarn.js`, `yarnpkg.js`, `yarn-4.9.1.cjs`, corepack's `dist/pnpm.js`
const managerFile = /\/(?:(?:npm|npx)(?:-cli)?|pnpm|pnpx|yarn(?:pkg)?(?:-\d[\w.-]*)?|corepack)(?:\.[cm]?js)?$/;

/** Without the links of a `bin` folder. */
function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
