import { describeBackend } from '@sightline/conformance/backend';
import { describe, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { logSnapshotBackend } from '../src/index.js';
import { profiles } from './profile.js';
import { receivedFrom } from './received.js';

for (const profile of profiles)
  describeBackend({
    ...profile,
    randomPrograms: rounds(1000),
    runner: { describe, test },
    create() {
      const lines: string[] = [];
      let isWritable = true;
      const logger = {
        info(fields: object) {
          if (!isWritable) throw new Error('The log cannot be written.');
          lines.push(JSON.stringify(fields));
        },
      };
      return {
        backend: logSnapshotBackend({ logger }),
        lines,
        cut() {
          isWritable = false;
          return () => {
            isWritable = true;
          };
        },
      };
    },
    received: ({ lines }, declared) => receivedFrom(lines, declared),
  });
