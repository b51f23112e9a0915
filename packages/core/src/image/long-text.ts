import { setImmediate as nextTurn } from 'node:timers/promises'

/** How the wire writes a text, so that it can be read piece by piece. */
export interface Spelling {
  /** A place at or shortly before `end`, and after `start`, where the text can be cut: between two characters. */
  cut(bytes: Buffer, start: number, end: number): number
  /** The characters of one piece. Bytes of the base64 alphabet stand for themselves in every spelling. */
  read(piece: Buffer): string
}

/** Each character is a byte. */
export const plainSpelling: Spelling = {
  cut: (_bytes, _start, end) => end,
  read: (piece) => piece.toString('latin1'),
}

/** Read in one turn of the event loop: well under a millisecond. */
const pieceBytes = 131_072

/**
 * A text of many bytes, kept as the wire spelled it: base64 of a large image, mostly. To read it at once
 * would hold up everybody else, so it is read in pieces, with turns of the event loop in between.
 */
export class LongText {
  constructor(
    private readonly bytes: Buffer,
    private readonly spelling: Spelling = plainSpelling,
  ) {}

  /** Bytes on the wire: at least one for each character of base64. */
  get byteLength(): number {
    return this.bytes.length
  }

  /** From beginning to end. Take a turn of the event loop after each. */
  *pieces(): Generator<Buffer> {
    for (let start = 0; start < this.bytes.length; ) {
      const wanted = start + pieceBytes
      const end =
        wanted >= this.bytes.length ? this.bytes.length : this.spelling.cut(this.bytes, start, wanted)
      yield this.bytes.subarray(start, end)
      start = end
    }
  }

  /** @throws what the spelling throws for bytes that it does not allow */
  read(piece: Buffer): string {
    return this.spelling.read(piece)
  }

  /** The whole text. */
  async text(): Promise<string> {
    let text = ''
    for (const piece of this.pieces()) {
      text += this.read(piece)
      await nextTurn()
    }
    return text
  }
}
