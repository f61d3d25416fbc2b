// Estimated listening quality: the E-model, ITU-T G.107, with G.113's figures for G.711 and packet loss concealment.

export interface Conditions {
  /** Packets that had to be made up, 0 to 1. */
  readonly loss: number
  /** How much longer gaps are than with random loss (BurstR): 1 for random loss. */
  readonly burstRatio?: number
  /** Mouth to ear, in milliseconds. */
  readonly delayMs: number
}

/**
 * The rating R, at most 93.2: R = 93.2 − Id − Ie-eff.
 * Ie-eff = Ie + (95 − Ie) · Ppl / (Ppl / BurstR + Bpl), with Ie = 0 and Bpl = 25.1 for G.711 with concealment
 * (G.107 equation 7-29, G.113 table I.4). Id: the piecewise line that approximates G.107's for pure delay,
 * 0.024 a millisecond, and 0.11 more beyond 177.3 ms.
 */
export function rating({ loss, burstRatio = 1, delayMs }: Conditions): number {
  const percent = Math.max(0, Math.min(1, loss)) * 100
  const equipment = (95 * percent) / (percent / Math.max(1, burstRatio) + 25.1)
  const delay = 0.024 * delayMs + 0.11 * Math.max(0, delayMs - 177.3)
  return 93.2 - delay - equipment
}

/** MOS from 1 to 4.5 (G.107 Annex B). */
export function estimateMos(conditions: Conditions): number {
  const r = Math.max(0, Math.min(100, rating(conditions)))
  const mos = 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6
  return Math.round(Math.max(1, mos) * 100) / 100
}
