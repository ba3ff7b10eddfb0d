/** The demo's configuration file. */
export function demoConfig({ queueUrl, aws, otlp }: { queueUrl: string; aws: string; otlp: string }): string {
  return `receivers:
  awss3:
    queue_url: ${queueUrl}
    endpoint: ${aws}
    path_style: true
    region: us-east-1
    access_key_id: demo
    secret_access_key: demo
processors:
  bedrock:
    mapping: ecs
exporters:
  otlp_http:
    endpoint: ${otlp}
    encoding: json
service:
  pipelines:
    logs: { receivers: [awss3], processors: [bedrock], exporters: [otlp_http] }
`;
}
