import { createDrawQueue, type DrawQueue } from './draw-queue.js';

/** The one of this page. */
export const drawQueue: DrawQueue = createDrawQueue((callback) => void requestAnimationFrame(callback));
