/** Why a request reached no operation; each protocol has a code of its own for it. */
export type RefusalReason =
  | 'unsigned'
  | 'malformed'
  | 'old-signature'
  | 'unknown-key'
  | 'mismatch'
  | 'skewed'
  | 'expired'
  | 'unsigned-header'
  | 'missing-payload-hash'
  | 'too-large'
  | 'unknown-service'
  | 'unknown-operation'
  | 'unreadable-body'
  | 'missing-parameter'
  | 'unsupported-member'
  | 'internal';

/** A request is refused before it reaches an operation. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';

  constructor(
    readonly reason: RefusalReason,
    message: string,
  ) {
    super(message);
  }
}
