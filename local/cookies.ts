/** The value of a request's cookie, as it was sent. @param name without characters that mean something in a pattern */
export function cookieOf(request: Request, name: string): string | undefined {
  return new RegExp(`(?:^|;\\s*)${name}=([^;]+)`).exec(request.headers.get('cookie') ?? '')?.[1];
}
