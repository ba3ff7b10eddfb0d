/** Filebeat (Go), of the last release that is a Go module: its input `aws-s3`, its output Elasticsearch. */
import { join } from "node:path";
import { cacheFolder, exists } from "../../test/peers/machine.ts";
import { run } from "../../test/peers/run.ts";
import { AwsOverTls } from "./aws_over_tls.ts";
import type { Peer } from "./peer.ts";

const VERSION = "7.17.29";
const MODULE = `github.com/elastic/beats/v7@v${VERSION}`;

/** Sends lines as they are. */
export const FILEBEAT: Peer = filebeat({ name: "Filebeat", parses: false });
export const FILEBEAT_PARSED: Peer = filebeat({ name: "Filebeat, parsed", parses: true });

function filebeat({ name, parses }: { name: string; parses: boolean }): Peer {
  return {
    name,
    version: VERSION,
    does: {
      parses: parses ? "yes" : "no",
      compresses: "gzip, level 1 (its default: nothing)",
      maps: parses ? "none: fields as Bedrock writes them" : "none: the line as it came",
      deletes: "when it was delivered",
    },
    comparesWith: parses ? "elasticsearch" : "raw",
    install,
    async configure({ places, folder, around }) {
      const aws = around.use(new AwsOverTls(places));
      const path = join(folder, "filebeat.yml");
      await Deno.writeTextFile(path, JSON.stringify(settings({ aws, endpoint: places.endpoint, parses })));
      return {
        args: ["-e", "-c", path, "--path.home", folder, "--path.data", join(folder, "data"), "--strict.perms=false"],
        env: { SSL_CERT_FILE: aws.certificateFile },
      };
    },
  };
}

function settings({ aws, endpoint, parses }: { aws: AwsOverTls; endpoint: string; parses: boolean }) {
  const index = "logs-aws_bedrock.invocation-default";
  return {
    "filebeat.inputs": [{
      type: "aws-s3",
      queue_url: aws.queueUrl,
      endpoint: aws.endpoint,
      proxy_url: aws.proxyUrl,
      access_key_id: "bench",
      secret_access_key: "bench",
      // Its parser "ndjson" makes events of this input empty.
      ...parses && {
        processors: [
          { decode_json_fields: { fields: ["message"], target: "" } },
          { drop_fields: { fields: ["message"] } },
        ],
      },
    }],
    "output.elasticsearch": { hosts: [endpoint], index, bulk_max_size: 500, compression_level: 1 },
    "setup.template": { enabled: false, name: index, pattern: index },
    "setup.ilm.enabled": false,
    "logging.level": "warning",
  };
}

/** Builds it once, as gently as a machine that does something else needs it; takes some minutes. */
async function install(): Promise<{ path: string } | { skipped: string }> {
  const path = join(cacheFolder(), `filebeat-${VERSION}`);
  if (await exists(path)) return { path };
  if (await run("go", ["version"]) !== undefined) return { skipped: "go is not installed" };
  const source = `${path}.source`;
  const problem = await run("sh", ["-ceu", BUILD], { env: { SOURCE: source, BINARY: path, MODULE } });
  return problem === undefined ? { path } : { skipped: `it cannot be built (${problem})` };
}

/** The module's folder in Go's cache is read-only, and its replacements hold in a main module only: it is built as a copy. */
const BUILD = `
mkdir -p "$SOURCE"
cd "$SOURCE"
folder=$(GOFLAGS=-mod=mod go mod download -json "$MODULE" | sed -n 's/.*"Dir": "\\(.*\\)".*/\\1/p')
cp -r "$folder/." .
chmod -R u+w .
GOFLAGS="-p=1 -buildvcs=false" nice -n 19 go build -trimpath -ldflags="-s -w" -o "$BINARY.partial" ./x-pack/filebeat
mv "$BINARY.partial" "$BINARY"
rm -rf "$SOURCE"
`;
