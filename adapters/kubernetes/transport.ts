/** One HTTP exchange with the API server. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | undefined;
  /** Ends the exchange; the connection itself may live on. */
  readonly signal: AbortSignal;
  /** Receives the body piece by piece (a watch); the answer's `body` is then empty. */
  readonly onData?: ((chunk: string) => void) | undefined;
}

/** Its answer, whatever the status. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How requests reach the API server. */
export interface Transport {
  /** @throws Error when there is no answer: no connection, connection lost, or the signal fired */
  request(request: TransportRequest): Promise<TransportResponse>;
  close(): void;
}
