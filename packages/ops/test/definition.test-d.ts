import { expectTypeOf, test } from 'vitest';
import type { DoctorOptions } from '../src/doctor/index.js';
import type { OpsDefinition } from '../src/index.js';

test('each optional member may be undefined, as a variable of the environment is', () => {
  expectTypeOf({ medium: undefined, high: undefined }).toExtend<NonNullable<OpsDefinition['limits']>['errorRatio']>();
  expectTypeOf({ slack: { critical: undefined, high: undefined, medium: undefined } }).toExtend<
    OpsDefinition['notify']
  >();
  expectTypeOf({ loki: undefined, page: { authorization: 'Basic x' } }).toExtend<DoctorOptions['headers']>();
});
