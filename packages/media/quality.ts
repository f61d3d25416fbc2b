// Estimated listening quality: the E-model, ITU-T G.107, with G.113's figures for G.711 and packet loss concealment.

export interface Conditions {
  /** Packets lost or too late, 0 to 1. */
  readonly loss: number
  /** Mouth to ear, in milliseconds. */
  readonly delayMs: number
}

/** MOS from 1 to 4.5. */
export function estimateMos({ loss, delayMs }: Conditions): number {
  const percent = Math.max(0, Math.min(1, loss)) * 100
  // Ie = 0, Bpl = 25.1 (G.113 table I.4, G.711 with concealment, random loss).
  const equipment = (95 * percent) / (percent + 25.1)
  const delay = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0)
  const r = 93.2 - delay - equipment
  if (r <= 0) return 1
  const mos = r >= 100 ? 4.5 : 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6
  return Math.round(Math.max(1, mos) * 100) / 100
}
