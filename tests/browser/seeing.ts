// Cameras of one colour each, and what colour a page sees: who is seen where.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** Of a picture, each from 0 to 255. */
export interface Colour {
  readonly red: number
  readonly green: number
  readonly blue: number
}

/** What a fake camera sees: all of it in one colour, with a stripe that moves. */
export function cameras(): { readonly red: string; readonly blue: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'parley-cameras-'))
  const write = (name: string, y: number, u: number, v: number): string => {
    const path = join(folder, `${name}.y4m`)
    writeFileSync(path, film(y, u, v))
    return path
  }
  return {
    red: write('red', 81, 90, 240),
    blue: write('blue', 41, 240, 110),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The mean colour of the picture of that name, and how many frames of it were shown so far. */
export async function seen(
  page: Page,
  label: string | RegExp,
): Promise<Colour & { readonly frames: number; readonly width: number }> {
  return page.getByLabel(label).evaluate((element) => {
    const video = element as unknown as {
      videoWidth: number
      videoHeight: number
      getVideoPlaybackQuality(): { totalVideoFrames: number }
    }
    const { document } = globalThis as unknown as { document: { createElement(name: string): unknown } }
    const canvas = document.createElement('canvas') as {
      width: number
      height: number
      getContext(kind: '2d'): {
        drawImage(from: unknown, x: number, y: number, width: number, height: number): void
        getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray }
      }
    }
    canvas.width = 32
    canvas.height = 24
    const context = canvas.getContext('2d')
    context.drawImage(video, 0, 0, 32, 24)
    const { data } = context.getImageData(0, 0, 32, 24)
    const mean = (at: number): number => {
      let sum = 0
      for (let i = at; i < data.length; i += 4) sum += data[i] as number
      return Math.round(sum / (data.length / 4))
    }
    const frames = video.getVideoPlaybackQuality().totalVideoFrames
    return { red: mean(0), green: mean(1), blue: mean(2), frames, width: video.videoWidth }
  })
}

/** Waits until that picture is of that colour and moves. */
export async function sees(page: Page, label: string | RegExp, colour: 'red' | 'blue'): Promise<void> {
  const last = performance.now() + 30_000
  let first: number | undefined
  for (;;) {
    const now = await seen(page, label)
    const other = colour === 'red' ? now.blue : now.red
    if (now.width > 0 && now[colour] > 120 && other < 90) {
      if (first !== undefined && now.frames > first + 10) return
      first ??= now.frames
    }
    assert.ok(performance.now() < last, `${label}: ${JSON.stringify(now)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function film(y: number, u: number, v: number): Uint8Array {
  const [width, height, frames] = [320, 240, 15]
  const parts = [Buffer.from(`YUV4MPEG2 W${width} H${height} F15:1 Ip A1:1 C420jpeg\n`)]
  for (let n = 0; n < frames; n++) {
    const luma = Buffer.alloc(width * height, y)
    for (let row = 0; row < height; row++) luma.fill(y + 40, row * width + n * 20, row * width + n * 20 + 8)
    const quarter = (width * height) / 4
    parts.push(Buffer.from('FRAME\n'), luma, Buffer.alloc(quarter, u), Buffer.alloc(quarter, v))
  }
  return Buffer.concat(parts)
}
