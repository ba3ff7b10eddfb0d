/** `readers.ts PORT COUNT`: so many who look at the live page, and one who never reads what it is sent. */
const [port, count] = Deno.args.map(Number);

const sleeper = await Deno.connect({ hostname: "127.0.0.1", port: port as number });
await sleeper.write(new TextEncoder().encode(`GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`));

const readers = await Promise.all(Array.from({ length: count as number }, async () => {
  const { body } = await fetch(`http://127.0.0.1:${port}/events`);
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  return reader;
}));
await Deno.stdout.write(new TextEncoder().encode("reading\n"));
await Promise.all(readers.map(async (reader) => {
  while (!(await reader.read()).done);
}));
