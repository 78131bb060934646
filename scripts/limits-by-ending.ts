import { expect, vi } from 'vitest';
import { processLimits, unitLimits } from './test-limits.mjs';

// Set-up of the project that unit tests and integration tests share. Vitest knows limits of projects, not of files.
const isIntegration = expect.getState().testPath?.endsWith('.integration.test.ts') === true;
vi.setConfig(isIntegration ? processLimits : unitLimits);
