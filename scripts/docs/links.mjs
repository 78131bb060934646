import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { documentationPages, root, workspacePackages } from '../packages.mjs';

/** All pages that people read in the repository, relative to the root. */
export function linkingPages() {
  const readmes = workspacePackages().map(({ folder }) => `${folder}/README.md`);
  const all = [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    '.changeset/README.md',
    ...readmes,
    ...documentationPages(),
  ];
  return [...new Set(all)].filter((page) => existsSync(join(root, page)));
}

/**
 * The links of a page to files of the repository, or to headings, that are not there.
 * @param {string} page relative to the root
 * @returns {string[]}
 */
export function brokenLinks(page, text = readFileSync(join(root, page), 'utf8')) {
  const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', heading] = link.split('#');
    const file = path === '' ? page : posix.normalize(posix.join(dirname(page), path));
    if (file.startsWith('..') || !existsSync(join(root, file))) return true;
    return heading !== undefined && file.endsWith('.md') && !headingsOf(file).has(heading);
  });
}

/** As GitHub names them: `Where do I change …` is `where-do-i-change-`. */
function headingsOf(/** @type {string} */ page) {
  const text = withoutCode(readFileSync(join(root, page), 'utf8'));
  const names = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(names);
}

function withoutCode(/** @type {string} */ text) {
  return text.replace(/^```[\s\S]*?^```/gm, '');
}
