import { styleText } from 'node:util';

/** Colours a text, or leaves it alone where nothing would show the colour. */
export type Paint = (style: 'bold' | 'dim' | 'green' | 'red', text: string) => string;

export function paintFor(colours: boolean): Paint {
  if (!colours) return (_style, text) => text;
  // Whoever calls has looked at the stream; left to itself, styleText would look at standard output again.
  return (style, text) => styleText(style, text, { validateStream: false });
}
