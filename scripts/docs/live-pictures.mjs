// Takes the pictures of the guide to the live page: npm run docs:pictures. It needs Debian's chromium.

import { join, relative } from 'node:path';
import { root } from '../packages.mjs';
import { loadSources } from './load-source.mjs';

const [{ takeGuidePictures }] = await loadSources(['packages/live/test/page/guide-pictures.ts']);
for (const path of await takeGuidePictures(join(root, 'docs/guides/live'))) console.log(relative(root, path));
process.exit(); // the page's build leaves its workers behind
