import { Worker, type WorkerOptions } from 'node:worker_threads';

/** A worker thread that runs a module of ours. Its memory is bounded: a thread of Groat's does one small thing. */
export function startThread(module: URL, options: Omit<WorkerOptions, 'argv'>): Worker {
  return new Worker(new URL('./thread-boot.js', import.meta.url), { ...options, argv: [module.href] });
}
