import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const cipher = 'aes-256-gcm';
const [ivLength, tagLength] = [12, 16];

/**
 * Makes texts only we can read or make, of characters that need no escaping in a URL (RFC 3986 §2.3).
 *
 * A place in a sorted list is told by a value, such as somebody's name, which has no business in URLs and access logs
 * (RFC 7644 §7.5.2). The key is derived from the digests of the tokens that open the directories: every instance has
 * the same one, a restart changes nothing, and nothing has to be stored. Should somebody guess it, they could still
 * only name places in lists they may read anyway.
 */
export class CursorSeal {
  readonly #key: Buffer;

  constructor(tokenDigests: readonly string[]) {
    const secret = [...tokenDigests].sort().join(' ');
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'scim list cursor', 32));
  }

  seal(text: string): string {
    const iv = randomBytes(ivLength);
    const encryption = createCipheriv(cipher, this.#key, iv);
    const sealed = Buffer.concat([encryption.update(text, 'utf8'), encryption.final()]);
    return Buffer.concat([iv, encryption.getAuthTag(), sealed]).toString('base64url');
  }

  /** What was sealed, or undefined when the text is not one of ours as we made it. */
  open(sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < ivLength + tagLength || bytes.toString('base64url') !== sealed) return undefined;
    const decryption = createDecipheriv(cipher, this.#key, bytes.subarray(0, ivLength));
    decryption.setAuthTag(bytes.subarray(ivLength, ivLength + tagLength));
    try {
      const text = decryption.update(bytes.subarray(ivLength + tagLength));
      return Buffer.concat([text, decryption.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}
