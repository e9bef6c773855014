/** An error as a service answers it: clients decide by `code`; the protocol gives it its form. */
export class ServiceError extends Error {
  override readonly name: string = 'ServiceError';

  /**
   * @param status of HTTP; absent: what the SDK's schema of this error says, else 400
   * @param extra further elements of an XML error document, such as `BucketName`
   * @param headers further headers of the answer
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status?: number,
    readonly extra: Readonly<Record<string, string>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
