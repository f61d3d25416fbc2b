// What a page costs the core: calls whose one side is a page (WebRTC), against calls without. The pages are in a process of their own.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mediaRtp } from '../packages/core/adapters/media-rtp/index.ts'

export interface BrowserLeg {
  /** CPU of the core's process for one page with a G.711 or an Opus stream both ways, in percent of a core, its leg left out. */
  readonly cpuG711: number
  readonly cpuOpus: number
}

export async function browserLegs(pages: number, seconds: number): Promise<BrowserLeg> {
  const plain = await cpuOf(pages, seconds, undefined)
  const [g711, opus] = [await cpuOf(pages, seconds, 'PCMU'), await cpuOf(pages, seconds, 'opus')]
  const rounded = (cpu: number): number => Math.round((cpu - plain) * 100) / 100
  return { cpuG711: rounded(g711), cpuOpus: rounded(opus) }
}

/** Percent of a core for each call of two legs, one of which is a page's where a codec is named. */
async function cpuOf(calls: number, seconds: number, codec: 'PCMU' | 'opus' | undefined): Promise<number> {
  const media = mediaRtp()
  const far = fork(new URL('./pages.ts', import.meta.url), [String(calls), codec ?? 'none'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  try {
    const port = media.port(() => [0, 0])
    const [offers] = (await once(far, 'message')) as [string[]]
    const answers: string[] = []
    for (let i = 0; i < calls; i++) {
      const [a, b] = [await port.openLeg('127.0.0.1', () => {}), await port.openLeg('127.0.0.1', () => {})]
      const offer = offers[i]
      if (offer !== undefined) {
        answers.push(await port.openBrowser(`page-${i}`, offer, () => {}))
        a.attach({ kind: 'browser', browser: `page-${i}` })
      }
      a.connect({ ...b.local, codecs: b.local.codecs.filter(isPlain) }, 'sendrecv')
      b.connect({ ...a.local, codecs: a.local.codecs.filter(isPlain) }, 'sendrecv')
    }
    far.send(answers)
    await once(far, 'message')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const before = process.cpuUsage()
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    const { user, system } = process.cpuUsage(before)
    return (user + system) / (seconds * 1e4) / calls
  } finally {
    far.kill()
    await media.close()
  }
}

const isPlain = ({ name }: { readonly name: string }): boolean => name === 'PCMU' || name === 'telephone-event'
