// What any adapter shows whose conferences are pages of their server's own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConferencePort } from './port.ts'

export interface Elsewhere {
  /** One person's, and another's with the same servers and another name. */
  readonly alice: ConferencePort
  readonly bob: ConferencePort
  /** What may stand in nothing that others get. */
  readonly secrets: readonly string[]
}

/** `open` may be called once for each test; what it opens is closed by the suite. */
export function elsewhereSuite(kind: ConferencePort['kind'], open: () => Promise<Elsewhere>): void {
  const on = (name: string, act: (house: Elsewhere) => Promise<void>): void => {
    test(name, async () => {
      const house = await open()
      try {
        await act(house)
      } finally {
        await Promise.all([house.alice.close(), house.bob.close()])
      }
    })
  }

  on('what one has made another finds by its invitation, and is not its host', async ({ alice, bob }) => {
    assert.deepEqual([alice.kind, alice.where, alice.enter], [kind, 'browser', undefined])
    const made = await alice.create('Lunch & more', 'Alice')
    assert.equal(made.isHost, true)
    assert.ok(made.can.includes('join') && made.can.includes('invite'))
    assert.equal(alice.reads(made.invitation) && bob.reads(made.invitation), true)
    const found = await bob.find(made.invitation)
    assert.equal(found.isHost, false)
    assert.equal(found.can.includes('end'), false)
    assert.equal(found.invitation, made.invitation)
  })

  on('each has an address of their own to open, and it is of https', async ({ alice, bob }) => {
    const made = await alice.create('', 'Alice')
    const found = await bob.find(made.invitation)
    const [one, other] = [await alice.open?.(made, 'Alice'), await bob.open?.(found, 'Bob')]
    for (const address of [one, other]) assert.equal(new URL(address ?? '').protocol, 'https:')
    assert.notEqual(one, other)
    assert.notEqual(one, made.invitation)
  })

  on('nothing secret is in what others get', async ({ alice, bob, secrets }) => {
    const made = await alice.create('Lunch', 'Alice')
    const said = JSON.stringify([made, await bob.find(made.invitation)])
    for (const secret of secrets) assert.equal(said.includes(secret), false)
  })

  on('two conferences of the same subject are two', async ({ alice }) => {
    const [one, other] = [await alice.create('Lunch', 'Alice'), await alice.create('Lunch', 'Alice')]
    assert.notEqual(one.invitation, other.invitation)
  })

  on('what leads elsewhere is no invitation', async ({ alice, bob }) => {
    const made = await alice.create('Lunch', 'Alice')
    const url = new URL(made.invitation)
    const strange = [
      made.invitation.replace(url.host, `${url.host}.evil.example`),
      made.invitation.replace('https://', 'https://alice@'),
      made.invitation.replace('https://', 'http://'),
      'javascript:alert(1)',
      'data:text/html,hello',
      '',
      `https://${'x'.repeat(5000)}/`,
    ]
    for (const each of strange) {
      assert.equal(bob.reads(each), false, each.slice(0, 100))
      await assert.rejects(bob.find(each), { code: 'conference-invitation-unusable' })
    }
  })
}
