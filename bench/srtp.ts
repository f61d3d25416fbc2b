// What protecting speech costs: packets a second on one core, by our own SRTP and by werift's, in one run. 20 ms of G.711: 172 bytes.
import { RtpHeader, SrtpSession } from 'werift'
import {
  type SrtpProfileName,
  SrtpReceiver,
  SrtpSender,
  srtpProfiles,
  srtpRoom,
  writeRtpHeader,
} from '../packages/protocols/rtp/index.ts'

/** Thousands a second, rounded, by suite: `…Sent` protected, `…Taken` opened; `werift…` for the two that it has. */
export function protectedPackets(packets: number): Record<string, number> {
  const figures: Record<string, number> = {}
  for (const suite of Object.keys(srtpProfiles) as SrtpProfileName[]) {
    const ours = byOurs(suite, packets)
    figures[`${suite}Sent`] = ours.sent
    figures[`${suite}Taken`] = ours.taken
  }
  for (const suite of ['AES_CM_128_HMAC_SHA1_80', 'AEAD_AES_128_GCM'] as const) {
    const theirs = byWerift(suite, packets)
    figures[`werift_${suite}Sent`] = theirs.sent
    figures[`werift_${suite}Taken`] = theirs.taken
  }
  return figures
}

function byOurs(suite: SrtpProfileName, packets: number): { readonly sent: number; readonly taken: number } {
  const { keyBytes, saltBytes } = srtpProfiles[suite]
  const [key, salt] = [Buffer.alloc(keyBytes, 7), Buffer.alloc(saltBytes, 9)]
  const [sender, receiver] = [new SrtpSender(suite, key, salt), new SrtpReceiver(suite, key, salt)]
  const buffers = Array.from({ length: batch }, () => new Uint8Array(plainBytes + srtpRoom))
  return inBatches(
    packets,
    (i, at) => {
      const packet = buffers[at] as Uint8Array
      writeRtpHeader(packet, 0, false, i & 0xffff, i * 160, 4711)
      return sender.protect(packet, plainBytes)
    },
    (at, length) => receiver.unprotect(buffers[at] as Uint8Array, length) === plainBytes,
  )
}

function byWerift(suite: SrtpProfileName, packets: number): { readonly sent: number; readonly taken: number } {
  const { keyBytes, saltBytes, dtls } = srtpProfiles[suite]
  const [key, salt] = [Buffer.alloc(keyBytes, 7), Buffer.alloc(saltBytes, 9)]
  const keys = { localMasterKey: key, localMasterSalt: salt, remoteMasterKey: key, remoteMasterSalt: salt }
  const session = new SrtpSession({ keys, profile: dtls as number })
  const payload = Buffer.alloc(plainBytes - 12, 0x55)
  const sealed: Buffer[] = []
  return inBatches(
    packets,
    (i, at) => {
      const header = new RtpHeader({ payloadType: 0, sequenceNumber: i & 0xffff, timestamp: i * 160, ssrc: 4711 })
      sealed[at] = session.encrypt(payload, header)
      return sealed[at].length
    },
    (at) => session.decrypt(sealed[at] as Buffer).length === plainBytes,
  )
}

/** A batch is protected, then opened; the two are timed apart. The first tenth warms up. */
function inBatches(
  packets: number,
  protect: (i: number, at: number) => number,
  open: (at: number, length: number) => boolean,
): { readonly sent: number; readonly taken: number } {
  let [sentMs, takenMs, counted] = [0, 0, 0]
  const lengths = new Int32Array(batch)
  for (let i = 0; i < packets * 1.1; i += batch) {
    const began = performance.now()
    for (let at = 0; at < batch; at++) lengths[at] = protect(i + at, at)
    const between = performance.now()
    for (let at = 0; at < batch; at++)
      if (!open(at, lengths[at] as number)) throw new Error(`packet ${i + at} did not come back whole`)
    if (i < packets / 10) continue
    sentMs += between - began
    takenMs += performance.now() - between
    counted += batch
  }
  return { sent: Math.round(counted / sentMs), taken: Math.round(counted / takenMs) }
}

const plainBytes = 172
const batch = 1000
