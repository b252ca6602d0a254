/**
 * The one way two spellings are compared without regard to case: names of people, e-mail addresses, display names.
 *
 * NFKC first, so that composed and decomposed accents are one spelling (RFC 7644 §5); then lower case.
 * Fold on write and compare exactly afterwards; what the identity provider sent is stored beside it, untouched.
 */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
