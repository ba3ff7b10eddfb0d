/** Configurations for tests. */

/** A configuration as it stands in the file; JSON is YAML. */
export type Config = Record<string, unknown>;

/** Settings of single components, merged over what a test needs to be fast. */
export interface ConfigOptions {
  readonly receiver?: Config;
  readonly processor?: Config;
  readonly exporter?: Config;
  readonly service?: Config;
  /** More exporters, by id. */
  readonly exporters?: Config;
}

/** A configuration of the main path: the queue of `aws` to `endpoint`. */
export function configFor(
  aws: { readonly endpoint: string; readonly queueUrl: string },
  endpoint: { readonly url: string },
  options: ConfigOptions = {},
): Config {
  const awss3 = {
    queue_url: aws.queueUrl,
    endpoint: aws.endpoint,
    path_style: true,
    region: "us-east-1",
    access_key_id: "test",
    secret_access_key: "test",
    ...options.receiver,
  };
  return configWith({ awss3 }, endpoint, options);
}

/** A configuration with these receivers in front of the processor and `endpoint`. */
export function configWith(
  receivers: Config,
  endpoint: { readonly url: string },
  options: Omit<ConfigOptions, "receiver">,
): Config {
  return {
    receivers,
    processors: { bedrock: { ...options.processor } },
    exporters: {
      otlp_http: {
        endpoint: endpoint.url,
        timeout: "5s",
        retry_on_failure: { initial_interval: "50ms", max_interval: "200ms" },
        ...options.exporter,
      },
      ...options.exporters,
    },
    service: {
      telemetry: { logs: { level: "debug" } },
      pipelines: { logs: { receivers: Object.keys(receivers), processors: ["bedrock"], exporters: ["otlp_http"] } },
      ...options.service,
    },
  };
}
