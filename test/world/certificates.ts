import { TestFolder } from "./folder.ts";

/** Certificates made for one test run: an authority, and a server and a client that it vouches for. */
export class Certificates extends TestFolder {
  /** Whether there is an openssl to make them with. */
  static available(): boolean {
    try {
      return new Deno.Command("openssl", { args: ["version"], stdout: "null", stderr: "null" }).outputSync().success;
    } catch {
      return false;
    }
  }

  /** `names`: of the server besides 127.0.0.1. */
  constructor({ names = [] }: { names?: readonly string[] } = {}) {
    super();
    const alternatives = ["IP:127.0.0.1", ...names.map((name) => `DNS:${name}`)].join(",");
    this.#issue("ca", ["-x509", "-subj", "/CN=Test CA"]);
    this.#issue("server", [
      "-x509",
      "-subj",
      "/CN=server",
      "-addext",
      `subjectAltName=${alternatives}`,
      ...this.#byCa(),
    ]);
    this.#issue("client", ["-x509", "-subj", "/CN=client", ...this.#byCa()]);
  }

  text(name: string): string {
    return Deno.readTextFileSync(this.file(name));
  }

  #byCa(): string[] {
    const leaf = ["-addext", "basicConstraints=critical,CA:FALSE"];
    return ["-CA", this.file("ca.pem"), "-CAkey", this.file("ca.key"), ...leaf];
  }

  #issue(name: string, args: readonly string[]): void {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const output = ["-keyout", this.file(`${name}.key`), "-out", this.file(`${name}.pem`), "-days", "2"];
    const { success, stderr } = new Deno.Command("openssl", { args: ["req", ...key, ...output, ...args] }).outputSync();
    if (!success) throw new Error(`Cannot make the certificate ${name}: ${new TextDecoder().decode(stderr)}`);
  }
}
