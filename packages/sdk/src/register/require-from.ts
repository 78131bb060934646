/** `createRequire` is not imported: bundlers would read it as theirs, and the banners that they are given declare it themselves. */
export function requireFrom(path: string): NodeJS.Require {
  return process.getBuiltinModule('node:module').createRequire(path);
}
