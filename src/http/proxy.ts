/** A proxy as Deno's HTTP client takes it; user and password may stand in its URL. */
export function proxyOf(url: string): Deno.Proxy {
  const { protocol, host, username, password } = new URL(url);
  const basicAuth = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return { url: `${protocol}//${host}`, ...username + password !== "" && { basicAuth } };
}

/** A place as errors name it: with the proxy before it, which may be what is at fault. */
export function throughProxy(place: string, proxyUrl: string | undefined): string {
  return proxyUrl === undefined ? place : `${place} through proxy ${new URL(proxyUrl).host}`;
}
