/** Where the numbers about the host come from. Every function may reject; what is not there is left out of its answer. */
export interface HostSource {
  /** How many processors the process may use; a fraction where a container is limited to one. */
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
  /** What `busy` and the rest consist of; a container's share has none. */
  readonly modes?: CpuModes | undefined;
}

/** In bytes. */
export interface Memory {
  readonly total: number;
  /** What a program could still get, caches that can be given up included. */
  readonly available: number;
  readonly free: number;
  /** Of file systems' metadata. */
  readonly buffers?: number | undefined;
  /** Contents of files, and what the kernel can give up. */
  readonly cached?: number | undefined;
}

/** In bytes. */
export interface Disk {
  readonly path: string;
  readonly total: number;
  readonly used: number;
  /** Including what only root may use. */
  readonly free: number;
  /** What others than root may still use. */
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
