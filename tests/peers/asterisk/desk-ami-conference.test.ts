// Calls of a phone on the desk that are brought together in a conference of Asterisk, through its manager interface.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { heard, played, speech } from '../person.ts'
import { ami } from './desk-ami.ts'
import type { SoftFar } from './desk-far.ts'
import { farAt } from './desk-house.ts'
import { atDesks, dialled, type Watched } from './desk-watched.ts'

const { programs, watched } = await atDesks(ami)
const folder = await mkdtemp(join(tmpdir(), 'parley-desk-conference-'))
after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))

interface Three extends Watched {
  readonly carol: SoftFar
}

/** The phone holds Bob (call_a) and talks with Carol (call_b). */
async function dialsBoth(at: Three): Promise<void> {
  await at.connect(dialled)
  await at.desk.does('hold')
  await at.until('held')
  at.perform({ ...dialled, call: 'call_b', to: '103' })
  await at.carol.called()
  at.carol.answer()
  await at.until('connected')
}

/** The same, where they have called (call_1 and call_2). */
async function isCalledByBoth(at: Three): Promise<void> {
  at.far.call()
  await at.until('incoming')
  await at.desk.does('accept')
  await at.until('connected')
  await at.desk.does('hold')
  await at.until('held')
  at.carol.call()
  await at.until('incoming')
  await at.desk.does('accept')
  await at.until('connected')
}

async function withThree(conference: string, does: (at: Three) => Promise<void>): Promise<void> {
  const desk = await watched({ 'deskPhone.ami.conference': conference })
  const carol = await farAt(desk, '103')
  try {
    await does({ ...desk, carol })
  } finally {
    await carol.close()
    await desk.close()
  }
}

test(
  'calls at a desk phone of Asterisk are brought together, one is let go, the other goes on',
  { ...programs, timeout: 60_000 },
  () =>
    withThree('ami-conference', async (at) => {
      await dialsBoth(at)
      const { far: bob, carol, told, until, perform } = at
      const before = told().length
      perform({ type: 'bring', call: 'call_a', other: 'call_b' })
      assert.equal((await until('resumed')).call, 'call_a')
      assert.equal((await until('joined')).with, 'call_b')
      const brought = [await until('brought'), await until('brought')]
      assert.deepEqual(
        brought.map(({ call }) => call),
        ['call_a', 'call_b'],
      )
      const [ofBob, ofCarol] = [bob.current()?.id ?? '', carol.current()?.id ?? '']
      const record = join(folder, 'by-carol.wav')
      await carol.person.session.calls.attach({ call: ofCarol, endpoint: { kind: 'file', record, force: true } })
      const said = played(bob.person.session, ofBob)
      await bob.person.session.calls.attach({ call: ofBob, endpoint: { kind: 'file', play: speech('bob') } })
      await said
      perform({ type: 'end', call: 'call_b' })
      const { call, end } = await until('ended')
      assert.deepEqual([call, end.by, end.error], ['call_b', 'local', undefined])
      await carol.until('idle')
      // Whether, and not how well: all three are mixed in time with what else this machine does.
      const found = await heard(speech('bob'), record)
      assert.ok(found >= 0.5, `carol heard ${found}`)
      assert.equal(bob.state, 'talking')
      // The phone goes on in the channel of a call that is over, and a third is brought in.
      await at.desk.does('hold')
      assert.equal((await until('held')).call, 'call_a')
      perform({ ...dialled, call: 'call_c', to: '103' })
      await carol.called()
      carol.answer()
      await until('connected')
      perform({ type: 'bring', call: 'call_a', other: 'call_c' })
      assert.equal((await until('resumed')).call, 'call_a')
      assert.equal((await until('joined')).with, 'call_c')
      await Promise.all([until('brought'), until('brought')])
      bob.hangUp()
      const left = await until('ended')
      assert.deepEqual([left.call, left.end.by], ['call_a', 'remote'])
      assert.equal(carol.state, 'talking')
      perform({ type: 'end', call: 'call_c' })
      assert.equal((await until('ended')).end.by, 'local')
      await carol.until('idle')
      assert.equal(told().filter((each) => each.startsWith('ended')).length, 3, told().slice(before).join(', '))
    }),
)

test(
  'who hangs up a desk phone of Asterisk ends all that it has brought together',
  { ...programs, timeout: 60_000 },
  () =>
    withThree('ami-conference', async (at) => {
      await isCalledByBoth(at)
      at.perform({ type: 'bring', call: 'call_2', other: 'call_1' })
      await Promise.all([at.until('brought'), at.until('brought')])
      await at.desk.does('hangup')
      const ends = [await at.until('ended'), await at.until('ended')]
      assert.deepEqual(
        new Map(ends.map(({ call, end }) => [call, end.by])),
        new Map([
          ['call_1', 'local'],
          ['call_2', 'local'],
        ]),
      )
      await Promise.all([at.far.until('idle'), at.carol.until('idle')])
    }),
)

test(
  'where the dial plan has no conference, calls at a desk phone go on as they were',
  { ...programs, timeout: 60_000 },
  () =>
    withThree('nowhere', async (at) => {
      await dialsBoth(at)
      const before = at.told()
      at.perform({ type: 'bring', call: 'call_a', other: 'call_b' })
      const { call, command, code } = await at.until('refused')
      assert.deepEqual([call, command, code], ['call_a', 'bring', 'conference-refused'])
      assert.deepEqual(at.told(), [...before, 'refused'])
      assert.deepEqual([at.far.state, at.carol.state], ['talking', 'talking'])
    }),
)
