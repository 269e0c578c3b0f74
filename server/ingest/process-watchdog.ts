import { Worker } from 'node:worker_threads';

/**
 * Runs beside the engine in a thread of its own, because a page that hangs the engine also hangs timers and the
 * channel to the parent: kills this process when its parent has gone or when it has outgrown its memory.
 */
const watch = `
const { writeSync } = require('node:fs');
const { workerData } = require('node:worker_threads');
const end = () => process.kill(process.pid, 'SIGKILL');
setInterval(() => {
  if (process.platform !== 'win32' && process.ppid !== workerData.parent) end();
  if (workerData.bytes && process.memoryUsage.rss() > workerData.bytes) {
    writeSync(2, 'document-too-much-memory\\n');
    end();
  }
}, 100);
`;

/** `megabytes` of resident memory; 0: no limit. */
export function startWatchdog(megabytes: number): void {
  const workerData = { parent: process.ppid, bytes: megabytes * 1024 * 1024 };
  const worker = new Worker(watch, {
    eval: true,
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: 16 },
    execArgv: [],
  });
  worker.unref();
}
