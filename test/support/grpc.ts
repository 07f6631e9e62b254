import { connect } from 'node:http2';

/** What a method of gRPC answered. */
export interface GrpcAnswer {
  /** 0 is success (gRPC, "Status codes and their use"). */
  status: number;
  /** For people, where it failed. */
  text: string;
  message: Buffer;
}

/**
 * Calls a method of gRPC on loopback that takes one message and answers with one, without TLS, as a kubelet does to ask for a container's
 * health (gRPC, "gRPC over HTTP2").
 *
 * @param method `/PACKAGE.SERVICE/METHOD`
 * @throws Error where nobody listens
 */
export async function callGrpc(port: number, method: string, message: Buffer): Promise<GrpcAnswer> {
  const session = connect(`http://127.0.0.1:${port.toString()}`);
  try {
    return await new Promise<GrpcAnswer>((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({
        ...{ ':method': 'POST', ':path': method, te: 'trailers', 'content-type': 'application/grpc' },
      });
      const chunks: Buffer[] = [];
      let status: unknown;
      let text: unknown;
      const read = (headers: Record<string, unknown>): void => {
        status ??= headers['grpc-status'];
        text ??= headers['grpc-message'];
      };
      stream.on('response', read).on('trailers', read).on('error', reject);
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        resolve({
          status: Number(status),
          text: decodeURIComponent(typeof text === 'string' ? text : ''),
          message: Buffer.concat(chunks).subarray(prefixBytes),
        });
      });
      const prefix = Buffer.alloc(prefixBytes);
      prefix.writeUInt32BE(message.length, 1);
      stream.end(Buffer.concat([prefix, message]));
    });
  } finally {
    session.destroy();
  }
}

/** Whether it is compressed, and its length. */
const prefixBytes = 5;

/**
 * A field of a protobuf message whose value is text or a message, of less than 128 bytes each (Protocol Buffers, "Encoding").
 */
export function field(number: number, value: string | readonly Buffer[]): Buffer {
  const content = typeof value === 'string' ? Buffer.from(value) : Buffer.concat(value);
  if (content.length > 127) throw new Error('longer than one byte of length can say');
  return Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
}
