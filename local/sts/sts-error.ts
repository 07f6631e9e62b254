/** A refusal in the words of the AWS Security Token Service. */
export class StsError extends Error {
  override name = 'StsError';
  constructor(
    readonly code: string,
    /** Of the HTTP answer. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
