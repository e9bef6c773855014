/** Why a request was not let in; each service words it with a code of its own. */
export type RefusalReason =
  | 'unsigned'
  | 'malformed'
  | 'unknown-key'
  | 'mismatch'
  | 'skewed'
  | 'expired'
  | 'unsigned-header'
  | 'missing-payload-hash'
  | 'too-large'
  | 'unknown-service'
  | 'internal';

/** A request is refused before it reaches a service. */
export class SignatureRefused extends Error {
  override readonly name = 'SignatureRefused';

  constructor(
    readonly reason: RefusalReason,
    message: string,
  ) {
    super(message);
  }
}
