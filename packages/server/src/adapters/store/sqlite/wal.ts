// Reads the write-ahead log that a killed gateway left, to say what SQLite will leave out of it: frames
// after the last complete commit, because they are damaged or their commit was cut off. The format is
// section 4 of https://www.sqlite.org/fileformat2.html.

import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** The last bit says that checksums are of big-endian words. */
const MAGIC = 0x377f0682;

/** Frames of the log of a journal that are in no complete commit; 0 if there is no log. */
export function framesLeftOut(journal: string): number {
  const file = `${journal}-wal`;
  if (!existsSync(file)) return 0;
  const size = statSync(file).size;
  if (size === 0) return 0;
  const fd = openSync(file, 'r');
  try {
    return new WalReader(fd, size).framesLeftOut();
  } finally {
    closeSync(fd);
  }
}

class WalReader {
  readonly #fd: number;
  readonly #size: number;

  constructor(fd: number, size: number) {
    this.#fd = fd;
    this.#size = size;
  }

  framesLeftOut(): number {
    const header = this.#read(0, HEADER_BYTES);
    const magic = header.length === HEADER_BYTES ? header.readUInt32BE(0) : 0;
    if (magic >>> 1 !== MAGIC >>> 1) return 1;
    const sums = new Checksum((magic & 1) === 1);
    sums.add(header.subarray(0, 24));
    if (!sums.equals(header, 24)) return 1;
    const pageBytes = header.readUInt32BE(8);
    const salt = header.subarray(16, 24);
    let read = 0;
    let committed = 0;
    let isIntact = true;
    for (const frame of this.#frames(pageBytes)) {
      // Frames with another salt were written before the log was begun anew.
      if (!frame.subarray(8, 16).equals(salt)) break;
      read += 1;
      const isWhole = frame.length === FRAME_HEADER_BYTES + pageBytes;
      if (isIntact) {
        sums.add(frame.subarray(0, 8));
        sums.add(frame.subarray(FRAME_HEADER_BYTES));
      }
      isIntact = isIntact && isWhole && sums.equals(frame, 16);
      const isCommit = frame.readUInt32BE(4) !== 0;
      if (isIntact && isCommit) committed = read;
    }
    return read - committed;
  }

  *#frames(pageBytes: number): Generator<Buffer> {
    const bytes = FRAME_HEADER_BYTES + pageBytes;
    for (let at = HEADER_BYTES; at < this.#size; at += bytes) {
      const frame = this.#read(at, bytes);
      if (frame.length < FRAME_HEADER_BYTES) return;
      yield frame;
    }
  }

  #read(position: number, length: number): Buffer {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(this.#fd, buffer, 0, length, position));
  }
}

/** The running checksum of a log: two sums over pairs of 32-bit words. */
class Checksum {
  readonly #bigEndian: boolean;
  #first = 0;
  #second = 0;

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian;
  }

  add(bytes: Buffer): void {
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      this.#first = (this.#first + this.#word(bytes, at) + this.#second) >>> 0;
      this.#second = (this.#second + this.#word(bytes, at + 4) + this.#first) >>> 0;
    }
  }

  equals(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.#first && bytes.readUInt32BE(at + 4) === this.#second;
  }

  #word(bytes: Buffer, at: number): number {
    return this.#bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
  }
}
