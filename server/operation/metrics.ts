import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { EndedRequest } from '../http/request-log.ts';
import type { PartFault } from '../http/problem.ts';
import { jobTraits } from '../jobs/job-kinds.ts';
import type { LibraryFigures } from './library-figures.ts';

/** Seconds: a page from the disk, a search, an upload of a scan. */
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600];
const searchBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const eventLoopResolutionMs = 20;

export interface Metrics {
  requestEnded(request: EndedRequest): void;
  searchTook(kind: 'search' | 'inside', seconds: number): void;
  partFailed(fault: PartFault): void;
  /** Everything in the text format of Prometheus 0.0.4. */
  scrape(): Promise<{ type: string; text: string }>;
  close(): void;
}

/**
 * What this process counts, and what `library` knows of the whole library: null while the database does not answer, then only the
 * latter is missing. Every label is one of a closed set; nothing says who reads what.
 */
export function openMetrics(build: Record<'version' | 'database' | 'objects' | 'search', string>, library: () => Promise<LibraryFigures | null>): Metrics {
  const register = new Registry();
  const registers = [register];
  const gauge = <L extends string>(name: string, help: string, labelNames: L[], collect: (this: Gauge<L>) => void): Gauge<L> =>
    new Gauge({ name, help, labelNames, registers, collect });

  const requests = new Counter({ name: 'tu_sach_http_requests_total', help: 'Requests that have ended, by the pattern of their route', labelNames: ['method', 'route', 'status'], registers });
  const durations = new Histogram({ name: 'tu_sach_http_request_duration_seconds', help: 'From the head of a request to the last byte of its answer', labelNames: ['method', 'route'], buckets: requestBuckets, registers });
  const uploaded = new Counter({ name: 'tu_sach_upload_bytes_total', help: 'Bytes of uploads that this process has received', registers });
  const searches = new Histogram({ name: 'tu_sach_search_duration_seconds', help: 'Time of the search engine alone: the whole library, or inside one book', labelNames: ['kind'], buckets: searchBuckets, registers });
  const faults = new Counter({ name: 'tu_sach_part_errors_total', help: 'Requests that failed because a part did', labelNames: ['part', 'kind'], registers });

  const loop = monitorEventLoopDelay({ resolution: eventLoopResolutionMs });
  loop.enable();
  gauge('tu_sach_event_loop_delay_seconds', 'How late this process came to its work since it was last asked, above the resolution of the clock', ['quantile'], function () {
    // Nanoseconds, the resolution included.
    const late = (ns: number): number => (Number.isFinite(ns) ? Math.max(0, ns / 1e9 - eventLoopResolutionMs / 1000) : 0);
    for (const quantile of [50, 99]) this.set({ quantile: String(quantile / 100) }, loop.count > 0 ? late(loop.percentile(quantile)) : 0);
    this.set({ quantile: '1' }, loop.count > 0 ? late(loop.max) : 0);
    loop.reset();
  });
  gauge('process_resident_memory_bytes', 'Memory of this process', [], function () {
    this.set(process.memoryUsage.rss());
  });
  gauge('nodejs_heap_size_used_bytes', 'Of it, objects of JavaScript', [], function () {
    this.set(process.memoryUsage().heapUsed);
  });
  gauge('nodejs_external_memory_bytes', 'Of it, buffers', [], function () {
    this.set(process.memoryUsage().external);
  });
  gauge('process_start_time_seconds', 'When this process started, in seconds since 1970', [], function () {
    this.set(Date.now() / 1000 - process.uptime());
  });
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Time of a core that this process has used',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  gauge('tu_sach_build_info', 'What runs here; always 1', ['version', 'node', 'database', 'objects', 'search'], function () {
    this.set({ ...build, node: process.versions.node }, 1);
  });

  // Of the whole library: the same at every web process, so take the max over them, not the sum.
  const jobs = gauge('tu_sach_jobs', 'Jobs of the library by kind and state', ['kind', 'state'], () => {});
  const oldest = gauge('tu_sach_oldest_queued_job_seconds', 'Age of the job that has waited longest; 0 where none waits', [], () => {});
  const processes = gauge('tu_sach_processes', 'Processes of the library that live', ['kind'], () => {});
  const answered = gauge('tu_sach_library_answered', '1 while the database answers what the gauges of the whole library ask', [], () => {});
  const free = gauge('tu_sach_disk_free_bytes', 'Free on the disk of the data folder', [], () => {});
  const indexed = gauge('tu_sach_index_documents', 'What the search index holds', ['kind'], () => {});
  const pages = new Counter({ name: 'tu_sach_ingest_pages_total', help: 'Pages of which the text has been read, by all processes since the library began', registers });

  function show(figures: LibraryFigures | null): void {
    for (const one of [jobs, processes, free, indexed]) one.reset();
    for (const one of [oldest, pages]) one.remove();
    answered.set(figures ? 1 : 0);
    if (!figures) return;
    // A kind of which there is none is 0 and not missing, or an alarm on it would never go off.
    for (const kind of Object.keys(jobTraits)) for (const state of ['queued', 'running', 'failed']) jobs.set({ kind, state }, 0);
    for (const { kind, state, count } of figures.queue) jobs.set({ kind, state }, count);
    oldest.set(figures.oldestQueuedSeconds);
    for (const kind of ['web', 'worker'] as const) processes.set({ kind }, figures.processes.filter((one) => one === kind).length);
    if (figures.diskFreeBytes !== null) free.set(figures.diskFreeBytes);
    if (figures.index) for (const kind of ['records', 'pages'] as const) indexed.set({ kind }, figures.index[kind]);
    pages.inc(figures.pagesRead);
  }

  return {
    requestEnded({ method, route, status, seconds, uploaded: bytes }) {
      requests.inc({ method, route, status: String(status) });
      durations.observe({ method, route }, seconds);
      if (bytes > 0) uploaded.inc(bytes);
    },
    searchTook: (kind, seconds) => searches.observe({ kind }, seconds),
    partFailed: ({ part, kind }) => faults.inc({ part, kind }),
    async scrape() {
      show(await library());
      return { type: register.contentType, text: await register.metrics() };
    },
    close: () => loop.disable(),
  };
}
