export type { CheckResult, Finding } from './check.js';
export { type DoctorReport, diagnose } from './diagnose.js';
export type { DoctorOptions } from './doctor-options.js';
