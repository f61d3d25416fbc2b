// Text as Windows writes it in the west.

/**
 * Text in windows-1252 (WHATWG Encoding §9, index-windows-1252). The decoder of Node 22.18 takes it for ISO 8859-1, so that the
 * euro and the curved quotes become controls; where the decoder is right there is nothing left to mend.
 */
export function fromWindows1252(bytes: Uint8Array): string {
  return decoder.decode(bytes).replaceAll(/[\u0080-\u009f]/g, (control) => high[control.charCodeAt(0) - 0x80] as string)
}

const decoder = new TextDecoder('windows-1252')

/** 0x80 to 0x9F; five of them are no characters and stay what they are. */
const high = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'
