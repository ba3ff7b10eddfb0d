interface UserAgentConfig<UserAgent> {
  defaultUserAgentProvider: () => Promise<UserAgent>;
}

/**
 * The client, which finds out once what it runs on. The SDK asks the operating system before each call, for the header
 * `User-Agent`; of the CPU time of a small call that is a twelfth.
 */
export function withOneUserAgent<UserAgent, Client extends { readonly config: UserAgentConfig<UserAgent> }>(
  client: Client,
): Client {
  const { config } = client;
  const find = config.defaultUserAgentProvider;
  let found: Promise<UserAgent> | undefined;
  config.defaultUserAgentProvider = () => found ??= find();
  return client;
}
