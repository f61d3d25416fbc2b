// What any server for web conferences must show, whichever it is: run on each adapter, at the lab and at real servers.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ParleyError } from '@openparley/contract'
import type { ConferencePort } from './port.ts'

export interface ConferencePlace {
  /** A person’s own port, closed by the suite. */
  port(): ConferencePort
  close(): Promise<void>
}

export function conferencePortSuite(
  where: string,
  options: { readonly skip: string | false },
  open: () => Promise<ConferencePlace>,
): void {
  describe(`conferences at ${where}`, options, () => {
    let place: ConferencePlace
    let host: ConferencePort
    let guest: ConferencePort
    before(async () => {
      place = await open()
      host = place.port()
      guest = place.port()
    })
    after(async () => {
      await host?.close()
      await guest?.close()
      await place?.close()
    })

    test('one that is made is found by its invitation, by a guest who may not end it', async () => {
      const room = await host.create('Lunch', 'Alice')
      assert.ok(room.isHost && room.can.includes('end') && room.can.includes('join'))
      assert.ok(guest.reads(room.invitation))
      const found = await guest.find(room.invitation)
      assert.equal(found.isHost, false)
      assert.ok(found.can.includes('join') && !found.can.includes('end') && !found.can.includes('mute-others'))
      await host.end?.(room)
    })

    test('two are never the same, and none can be guessed from another', async () => {
      const [one, other] = [await host.create('', 'Alice'), await host.create('', 'Alice')]
      assert.notEqual(one.invitation, other.invitation)
      let shared = 0
      while (one.invitation[shared] === other.invitation[shared]) shared++
      assert.ok(one.invitation.length - shared >= 16, one.invitation.slice(0, shared))
      for (const room of [one, other]) await host.end?.(room)
    })

    test('what leads to another server, or is no invitation, is not read', () => {
      for (const text of [
        '',
        'javascript:alert(1)',
        'https://elsewhere.example/room',
        'parley-room://elsewhere.example:443/janus#room=1&pin=a',
        `https://elsewhere.example/${'x'.repeat(10_000)}`,
        'not an address',
      ])
        assert.equal(host.reads(text), false, text.slice(0, 80))
    })

    test('one that was ended is not found any more, and ending it again is harmless', async () => {
      const room = await host.create('Over', 'Alice')
      await host.end?.(room)
      if (host.where === 'inside')
        await assert.rejects(guest.find(room.invitation), ({ code }: ParleyError) => code === 'conference-unknown')
    })
  })
}
