// HMAC-SHA1 (RFC 2104, FIPS 180-4 §6.1) whose keyed states are kept: for packets of speech it is faster than node:crypto,
// which makes an OpenSSL object for each message. It looks nothing up by secret values, so its time tells nothing.

export class HmacSha1 {
  readonly #inner: Int32Array
  readonly #outer: Int32Array
  readonly #state = new Int32Array(5)
  readonly #words = new Int32Array(80)
  readonly #block = new Uint8Array(64)

  /** `key` has at most 64 bytes and is not kept. */
  constructor(key: Uint8Array) {
    this.#block.set(key)
    for (let i = 0; i < 64; i++) this.#block[i] = (this.#block[i] as number) ^ 0x36
    this.#inner = this.#keyed()
    for (let i = 0; i < 64; i++) this.#block[i] = (this.#block[i] as number) ^ 0x36 ^ 0x5c
    this.#outer = this.#keyed()
    this.#block.fill(0)
  }

  /** Over the first `length` bytes of `message` and then the four bytes of `suffix`; the digest is written to `digest`, 20 bytes. */
  digestWith(message: Uint8Array, length: number, suffix: number, digest: Uint8Array): void {
    const block = this.#block
    const whole = length & ~63
    this.#state.set(this.#inner)
    for (let at = 0; at < whole; at += 64) this.#take(message, at)
    let used = length - whole
    for (let i = 0; i < used; i++) block[i] = message[whole + i] as number
    for (let shift = 24; shift >= 0; shift -= 8) {
      block[used++] = (suffix >>> shift) & 0xff
      if (used === 64) {
        this.#take(block, 0)
        used = 0
      }
    }
    this.#end(used, 64 + length + 4)
    writeState(this.#state, block)
    this.#state.set(this.#outer)
    this.#end(20, 64 + 20)
    writeState(this.#state, digest)
  }

  /** Pads and takes the last block, whose first `used` bytes are in place. `total` counts all bytes hashed. */
  #end(used: number, total: number): void {
    const block = this.#block
    block[used++] = 0x80
    if (used > 56) {
      block.fill(0, used)
      this.#take(block, 0)
      used = 0
    }
    block.fill(0, used)
    // A datagram is far below 2^29 bytes: the length in bits fits 32 of its 64 bits.
    for (let i = 0; i < 4; i++) block[60 + i] = ((total * 8) >>> (24 - i * 8)) & 0xff
    this.#take(block, 0)
  }

  #keyed(): Int32Array {
    this.#state.set(initial)
    this.#take(this.#block, 0)
    return this.#state.slice()
  }

  #take(bytes: Uint8Array, at: number): void {
    const w = this.#words
    for (let i = 0; i < 16; i++) {
      w[i] =
        ((bytes[at] as number) << 24) |
        ((bytes[at + 1] as number) << 16) |
        ((bytes[at + 2] as number) << 8) |
        (bytes[at + 3] as number)
      at += 4
    }
    for (let i = 16; i < 80; i++) {
      const x = (w[i - 3] as number) ^ (w[i - 8] as number) ^ (w[i - 14] as number) ^ (w[i - 16] as number)
      w[i] = (x << 1) | (x >>> 31)
    }
    const state = this.#state
    let a = state[0] as number
    let b = state[1] as number
    let c = state[2] as number
    let d = state[3] as number
    let e = state[4] as number
    let t = 0
    for (let i = 0; i < 20; i++) {
      t = (((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + e + (w[i] as number) + 0x5a827999) | 0
      e = d
      d = c
      c = (b << 30) | (b >>> 2)
      b = a
      a = t
    }
    for (let i = 20; i < 40; i++) {
      t = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + (w[i] as number) + 0x6ed9eba1) | 0
      e = d
      d = c
      c = (b << 30) | (b >>> 2)
      b = a
      a = t
    }
    for (let i = 40; i < 60; i++) {
      t = (((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e + (w[i] as number) + 0x8f1bbcdc) | 0
      e = d
      d = c
      c = (b << 30) | (b >>> 2)
      b = a
      a = t
    }
    for (let i = 60; i < 80; i++) {
      t = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + (w[i] as number) + 0xca62c1d6) | 0
      e = d
      d = c
      c = (b << 30) | (b >>> 2)
      b = a
      a = t
    }
    state[0] = ((state[0] as number) + a) | 0
    state[1] = ((state[1] as number) + b) | 0
    state[2] = ((state[2] as number) + c) | 0
    state[3] = ((state[3] as number) + d) | 0
    state[4] = ((state[4] as number) + e) | 0
  }
}

function writeState(state: Int32Array, out: Uint8Array): void {
  for (let i = 0; i < 20; i++) out[i] = ((state[i >> 2] as number) >>> (24 - (i & 3) * 8)) & 0xff
}

const initial = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0)
