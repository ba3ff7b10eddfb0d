/** Tenzir (C++), whose distribution on PyPI holds a ready binary: parses each line, sends it as a document. */
import { join } from "node:path";
import { installPythonProgram } from "../../test/peers/python_program.ts";
import { AWS_ENVIRONMENT, type Peer, type PeerRun } from "./peer.ts";

const VERSION = "6.20.0";

export const TENZIR: Peer = tenzir({ name: "Tenzir", gzip: true });
/** As it comes. */
export const TENZIR_PLAIN: Peer = tenzir({ name: "Tenzir, no gzip", gzip: false });

function tenzir({ name, gzip }: { name: string; gzip: boolean }): Peer {
  return {
    name,
    version: VERSION,
    does: {
      parses: "yes",
      compresses: gzip ? "gzip" : "nothing (its default)",
      maps: "none: fields as Bedrock writes them, nulls left out",
      deletes: "when it was received",
    },
    comparesWith: gzip ? "elasticsearch" : "elasticsearch, no gzip",
    install: () => installPythonProgram({ name: "tenzir", version: VERSION, program: "tenzir" }),
    async configure(run) {
      const path = join(run.folder, "pipeline.tql");
      await Deno.writeTextFile(path, pipelineOf(run, { gzip }));
      return { args: ["-f", path], env: { ...AWS_ENVIRONMENT, AWS_ENDPOINT_URL: run.places.aws } };
    },
  };
}

/** Sent after 1 s in place of 5, so that waiting for the last request does not count as reading. */
function pipelineOf({ places }: PeerRun, { gzip }: { gzip: boolean }): string {
  const store = `endpoint_override=${new URL(places.aws).host}&scheme=http&region=us-east-1`;
  return `
from_amazon_sqs "${places.queueUrl}", aws_region="us-east-1", poll_time=20s
this = message.parse_json()
unroll Records
each {
  from_s3 f"s3://{$this.Records.s3.bucket.name}/{$this.Records.s3.object.key}?${store}" {
    decompress_gzip
    read_ndjson
  }
}
to_opensearch "${places.endpoint}", action="create", index="logs-aws_bedrock.invocation-default", id=requestId,
  compress=${gzip}, buffer_timeout=1s
`;
}
