import { EndpointFaultError } from "../../component/outcome.ts";
import type { ComponentContext } from "../../component/component.ts";
import type { ElasticsearchClient } from "../../elasticsearch/client.ts";
import { productOf, productProblem } from "../../elasticsearch/product.ts";
import type { DocumentMode } from "../../elasticsearch/template.ts";
import { templateInForce } from "../../elasticsearch/template_in_force.ts";
import type { ElasticsearchConfig } from "./config.ts";

export interface TemplateCheckOptions extends Pick<ComponentContext<ElasticsearchConfig>, "config" | "events" | "id"> {
  readonly client: ElasticsearchClient;
}

/** Whoever answers so has said what it says of itself to this key. With 401 it may say more once the key is mended. */
const ANSWERED: ReadonlySet<number> = new Set([200, 403]);

/**
 * Checks once that Elasticsearch answers, and once for each data stream that a template is in force which takes our
 * documents: without one, Elasticsearch would map them as it guesses, and refuse some sooner or later.
 */
export class TemplateCheck {
  readonly #options: TemplateCheckOptions;
  readonly #passed = new Set<string>();
  #isElasticsearch = false;

  constructor(options: TemplateCheckOptions) {
    this.#options = options;
  }

  /**
   * `mode`: undefined where it makes no difference.
   *
   * @throws {EndpointFaultError} no such template is in force, or Elasticsearch cannot be asked, or it is something else.
   */
  async check(index: string, mode: DocumentMode | undefined): Promise<void> {
    const passed = `${index} ${mode}`;
    if (this.#passed.has(passed)) return;
    const { config: { check_templates, pipeline }, client, events, id } = this.#options;
    await this.#checkProduct();
    if (check_templates) {
      const finding = await templateInForce(client, index, { mode, pipeline });
      if (finding.kind === "unknown") {
        events.emit("elasticsearch.template_unknown", { exporter: id, destination: index });
      }
      if (finding.kind === "problem") {
        const advice = finding.reason === "no_template" ? ", or set check_templates: false" : "";
        throw new EndpointFaultError(finding.text + advice, { reason: finding.reason, destination: index });
      }
    }
    this.#passed.add(passed);
  }

  /** A key that may only write is not told the version (403): what answers is asked, and only what it says of itself counts. */
  async #checkProduct(): Promise<void> {
    if (this.#isElasticsearch) return;
    const answer = await this.#options.client.ask("GET", "/");
    const product = productOf(answer);
    const problem = answer.status === 200 && product.name !== undefined ? productProblem(product) : undefined;
    if (problem !== undefined) {
      throw new EndpointFaultError(`Cannot write: ${problem}`, { reason: "not_elasticsearch" });
    }
    this.#isElasticsearch = ANSWERED.has(answer.status);
  }
}
