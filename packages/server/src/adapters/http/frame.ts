// Frames of RFC 6455 5.2 from a server: whole, unmasked, as text of bytes (latin1), so that all frames
// of a turn are one string and leave in one write. Receiving is ws's business.

const FINAL = 0x80;
const TEXT = 0x1;
const PING = 0x9;

export function textFrame(text: string): string {
  return frame(TEXT, text);
}

/** `payload` is at most 125 ASCII characters. */
export function pingFrame(payload: string): string {
  return frame(PING, payload);
}

function frame(opcode: number, text: string): string {
  const bytes = Buffer.byteLength(text) === text.length ? text : inBytes(text);
  return String.fromCharCode(FINAL | opcode) + lengthOf(bytes) + bytes;
}

/** Each byte of the UTF-8 as one character. */
function inBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function lengthOf({ length }: string): string {
  if (length < 126) return String.fromCharCode(length);
  const size = length < 65_536 ? 2 : 8;
  let bytes = '';
  for (let place = size - 1; place >= 0; place -= 1) {
    bytes += String.fromCharCode(Math.floor(length / 256 ** place) % 256);
  }
  return String.fromCharCode(size === 2 ? 126 : 127) + bytes;
}
