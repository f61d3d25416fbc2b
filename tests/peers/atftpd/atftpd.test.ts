// Our TFTP client against two servers of Debian's: atftpd, and tftpd-hpa where the tests run as root.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { dnsResolver, realClock, realDice } from '@openparley/net'
import { filesLink } from '../../../packages/core/links/files/files.ts'
import { fetchByTftp, TftpFailure, type TftpFetch } from '../../../packages/core/links/files/tftp.ts'
import { whenInstalled } from '../peer.ts'
import { atftpd, startAtftpd, startTftpdHpa, type TftpPeer, tftpdHpa } from './start.ts'

const sizes = [0, 1, 511, 512, 513, 1428, 2856, 100_000, 5_000_000]
const files = {
  ...Object.fromEntries(sizes.map((size) => [`f${size}`, fileOf(size)])),
  'CUPC/AppDialRules.xml': new TextEncoder().encode('<DialRules/>'),
}
const terms: readonly Partial<TftpFetch>[] = [
  { blockSize: 512 },
  {},
  { blockSize: 1024, windowSize: 8 },
  { blockSize: 512, windowSize: 3 },
  { blockSize: 16_384 },
]

const installed = whenInstalled('atftpd and tftpd-hpa (tests/peers/atftpd/install.sh)', [atftpd, tftpdHpa])
const asRoot = process.getuid?.() === 0 ? installed : { skip: 'tftpd-hpa can only be run by root' }

suite('atftpd', 'grants options', installed, () => startAtftpd(files))
suite('atftpd that passes over options', 'passes over', installed, () =>
  startAtftpd(files, ['--no-blksize', '--no-tsize', '--no-timeout', '--no-windowsize']),
)
suite('tftpd-hpa', 'grants options', asRoot, () => startTftpdHpa(files))

function suite(
  name: string,
  options: 'grants options' | 'passes over',
  runs: { readonly skip: string | false },
  start: () => Promise<TftpPeer>,
): void {
  describe(name, runs, () => {
    let peer: TftpPeer
    before(async () => {
      peer = await start()
    })
    after(() => peer.stop())
    const fetch = (file: string, more: Partial<TftpFetch> = {}): Promise<Uint8Array> =>
      fetchByTftp({
        ...{ address: '127.0.0.1', port: peer.port, file, mostBytes: 10_000_000, timeoutMs: 30_000 },
        ...{ clock: realClock, dice: realDice },
        ...more,
      })

    test('from atftpd and tftpd-hpa, with options and without, files of 0 to 5,000,000 bytes arrive whole', async () => {
      for (const each of terms) {
        for (const size of sizes) {
          const bytes = await fetch(`f${size}`, each)
          assert.equal(Buffer.compare(bytes, fileOf(size)), 0, `${size} ${JSON.stringify(each)}\n${peer.log()}`)
        }
      }
    })
    if (options === 'grants options') {
      test('more blocks than there are numbers arrive', async () => {
        const bytes = await fetch('f5000000', { blockSize: 64, windowSize: 16 })
        assert.equal(Buffer.compare(bytes, fileOf(5_000_000)), 0, peer.log())
      })
    }
    test('a file arrives as the product asks for it, in windows where they are granted', async () => {
      const settings = readSettings({ 'cucm.tftp.servers': [`127.0.0.1:${peer.port}`], 'cucm.files.ways': ['tftp'] })
      const world = { settings: () => settings, dns: () => dnsResolver(undefined), clock: realClock, dice: realDice }
      const fetched = await filesLink(world).fetch('f100000')
      assert.ok('bytes' in fetched, JSON.stringify(fetched))
      assert.equal(Buffer.compare(fetched.bytes, fileOf(100_000)), 0)
    })
    test('many files at once arrive, each its own', async () => {
      const all = await Promise.all(sizes.slice(0, 8).map((size) => fetch(`f${size}`)))
      for (const [at, bytes] of all.entries()) assert.equal(Buffer.compare(bytes, fileOf(sizes[at] as number)), 0)
    })
    test('a file in a folder arrives by its path', async () => {
      assert.equal(new TextDecoder().decode(await fetch('CUPC/AppDialRules.xml')), '<DialRules/>')
    })
    test('a file that is not there is told as that', async () => {
      for (const each of terms) assert.equal((await failureOf(fetch('nothing', each))).is, 'not-found')
    })
    test('a file that is too large is told as that, with and without its size told before', async () => {
      for (const each of terms)
        assert.equal((await failureOf(fetch('f100000', { ...each, mostBytes: 99_999 }))).is, 'too-large')
    })
    test('a fetch that is cancelled leaves the server well', async () => {
      const controller = new AbortController()
      const cancelled = failureOf(fetch('f5000000', { blockSize: 512, signal: controller.signal }))
      await fetch('f100000')
      controller.abort()
      assert.equal((await cancelled).is, 'cancelled')
      assert.equal((await fetch('f513')).length, 513)
    })
  })
}

async function failureOf(promise: Promise<unknown>): Promise<TftpFailure> {
  try {
    await promise
  } catch (error) {
    if (error instanceof TftpFailure) return error
    throw error
  }
  return assert.fail('it did not fail')
}

/** Every four bytes hold their own place: no block can stand for another. */
function fileOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at >> 2) >> (8 * (at & 3)))
}
