/** The demo's configuration file. */
export function demoConfig({ queueUrl, aws, cloudWatch, otlp, statusPage, exporters, folder }: {
  queueUrl: string;
  /** URLs. */
  aws: string;
  cloudWatch: string;
  otlp: string;
  /** Address of the live page. */
  statusPage: string;
  /** Of invocations. */
  exporters: readonly string[];
  /** Where the state goes. */
  folder: string;
}): string {
  return `receivers:
  awss3:
    queue_url: ${queueUrl}
    endpoint: ${aws}
    path_style: true
    region: us-east-1
    access_key_id: demo
    secret_access_key: demo
  awscloudwatchmetrics:
    regions: [us-east-1]
    period: 10m
    data_granularity: 1m
    latency: 0s
    endpoint: ${cloudWatch}
    access_key_id: demo
    secret_access_key: demo
processors:
  bedrock:
    mapping: ecs
exporters:
  otlp_http:
    endpoint: ${otlp}
    retry_on_failure:
      initial_interval: 1s
      max_interval: 3s
  debug: {}
extensions:
  status_page:
    endpoint: ${statusPage}
service:
  extensions: [status_page]
  storage:
    directory: ${JSON.stringify(`${folder}/state`)}
  pipelines:
    logs: { receivers: [awss3], processors: [bedrock], exporters: [${exporters.join(", ")}] }
    metrics: { receivers: [awscloudwatchmetrics], exporters: [otlp_http] }
`;
}
