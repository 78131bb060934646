/** The source of numbers about the host. Every function may reject. Missing items are left out of the result. */
export interface HostSource {
  /** Processors that the process may use. May be a fraction in a container. */
  cpuCount(): Promise<number>;
  /** Time since the machine started, by core, in any unit. */
  cpuTimes(): Promise<readonly CpuTime[]>;
  memory(): Promise<Memory>;
  disks(): Promise<readonly Disk[]>;
  diskIo(): Promise<readonly DiskIo[]>;
  network(): Promise<readonly NetworkIo[]>;
}

/** Seconds since the machine started. */
export interface CpuModes {
  readonly user: number;
  readonly nice?: number;
  readonly system: number;
  readonly idle: number;
  readonly iowait?: number;
  readonly interrupt: number;
  readonly softirq?: number;
  readonly steal?: number;
}

export interface CpuTime {
  /** `cpu0`, or `cgroup` for the share of a container. */
  readonly core: string;
  readonly busy: number;
  readonly total: number;
  /** The time by mode. Absent for the share of a container. */
  readonly modes?: CpuModes | undefined;
}

/** In bytes. */
export interface Memory {
  readonly total: number;
  /** Memory available to programs, reclaimable caches included. */
  readonly available: number;
  readonly free: number;
  /** Buffers for metadata of file systems. */
  readonly buffers?: number | undefined;
  /** Page cache and reclaimable kernel memory. */
  readonly cached?: number | undefined;
}

/** In bytes. */
export interface Disk {
  readonly path: string;
  readonly total: number;
  readonly used: number;
  /** Includes space reserved for root. */
  readonly free: number;
  /** Space available to users other than root. */
  readonly available: number;
}

/** Bytes since the machine started. */
export interface DiskIo {
  readonly device: string;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** Since the machine started. */
export interface NetworkIo {
  readonly interface: string;
  readonly receivedBytes: number;
  readonly transmittedBytes: number;
  readonly receiveErrors: number;
  readonly transmitErrors: number;
}
