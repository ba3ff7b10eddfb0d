import assert from "node:assert/strict";
import { type FileHandle, LineFile } from "./line_file.ts";

/** A file on a disk that can be told to fail: it notes its calls and writes as many bytes as there is room for. */
class FailingDisk implements FileHandle {
  readonly calls: string[] = [];
  room = Infinity;
  truncateFails = false;
  syncFails = false;
  #content = new Uint8Array();

  get text(): string {
    return new TextDecoder().decode(this.#content);
  }

  write(bytes: Uint8Array): Promise<number> {
    this.calls.push("write");
    const length = Math.min(bytes.length, this.room);
    if (length === 0) return Promise.reject(new Error("No space left on device"));
    this.room -= length;
    this.#content = new Uint8Array([...this.#content, ...bytes.subarray(0, length)]);
    return Promise.resolve(length);
  }

  truncate(length: number): Promise<void> {
    this.calls.push("truncate");
    if (this.truncateFails) return Promise.reject(new Error("Input/output error"));
    this.#content = this.#content.slice(0, length);
    return Promise.resolve();
  }

  stat(): Promise<Deno.FileInfo> {
    return Promise.resolve({ size: this.#content.length } as Deno.FileInfo);
  }

  sync(): Promise<void> {
    this.calls.push("sync");
    return this.syncFails ? Promise.reject(new Error("Input/output error")) : Promise.resolve();
  }

  close(): void {
    this.calls.push("close");
  }
}

Deno.test("a line is synced to disk before it counts as written", async () => {
  const disk = new FailingDisk();
  await new LineFile(disk).append("one");
  assert.deepEqual(disk.calls, ["write", "sync"]);
  assert.equal(disk.text, "one\n");
});

Deno.test("a line that finds room for a part only is taken back, and the next one is whole", async () => {
  const disk = new FailingDisk();
  const file = new LineFile(disk);
  await file.append("one");
  disk.room = 2;
  await assert.rejects(file.append("second"), { message: "No space left on device" });
  assert.equal(disk.text, "one\n");
  disk.room = Infinity;
  await file.append("third");
  assert.equal(disk.text, "one\nthird\n");
});

Deno.test("a line that was written in several parts is whole", async () => {
  const disk = new FailingDisk();
  const write = disk.write.bind(disk);
  disk.write = (bytes) => write(bytes.subarray(0, 3));
  await new LineFile(disk).append("a longer line");
  assert.equal(disk.text, "a longer line\n");
});

Deno.test("a part of a line that could not be taken back at once is taken back before the next line", async () => {
  const disk = new FailingDisk();
  const file = new LineFile(disk);
  disk.room = 2;
  disk.truncateFails = true;
  await assert.rejects(file.append("first"), { message: "No space left on device" });
  assert.equal(disk.text, "fi");
  disk.room = Infinity;
  await assert.rejects(file.append("second"), { message: "Input/output error" });
  disk.truncateFails = false;
  await file.append("third");
  assert.equal(disk.text, "third\n");
});

Deno.test("a line that could not be synced is taken back", async () => {
  const disk = new FailingDisk();
  const file = new LineFile(disk);
  disk.syncFails = true;
  await assert.rejects(file.append("first"));
  assert.equal(disk.text, "");
});

Deno.test("a file is closed after the lines under way", async () => {
  const disk = new FailingDisk();
  const file = new LineFile(disk);
  await Promise.all([file.append("one"), file.append("two"), file.close()]);
  assert.deepEqual(disk.calls, ["write", "sync", "write", "sync", "close"]);
});
