/** The process's own metrics, under the Collector's names. */
import process from "node:process";
import { type Meter, ValueType } from "@opentelemetry/api";

const MICROSECONDS = 1e6;

export function observeProcess(meter: Meter): void {
  const startedMs = performance.now();
  meter.createObservableCounter("otelcol_process_uptime", { description: "Uptime of the process", unit: "s" })
    .addCallback((result) => result.observe((performance.now() - startedMs) / 1000));
  meter.createObservableCounter("otelcol_process_cpu_seconds", {
    description: "Total CPU user and system time",
    unit: "s",
  }).addCallback((result) => {
    const { user, system } = process.cpuUsage();
    result.observe((user + system) / MICROSECONDS);
  });
  const memory: Readonly<Record<string, { description: string; value: (usage: Deno.MemoryUsage) => number }>> = {
    otelcol_process_memory_rss: { description: "Resident set size", value: ({ rss }) => rss },
    otelcol_process_runtime_heap_alloc_bytes: {
      description: "Bytes of objects on V8's heap",
      value: ({ heapUsed }) => heapUsed,
    },
    otelcol_process_runtime_total_sys_memory_bytes: {
      description: "Bytes that V8 has for its heap, and those of objects beside it",
      value: ({ heapTotal, external }) => heapTotal + external,
    },
  };
  for (const [name, { description, value }] of Object.entries(memory)) {
    meter.createObservableGauge(name, { description, unit: "By", valueType: ValueType.INT })
      .addCallback((result) => result.observe(value(Deno.memoryUsage())));
  }
}
