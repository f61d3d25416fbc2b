// Files of address cards as a directory: the suite of all directories, files that change, and a hundred thousand cards.
import assert from 'node:assert/strict'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { readSettings } from '@openparley/contract'
import { writeVcard } from '@openparley/protocols/vcard'
import { directoryPortSuite } from '../../services/directory/port.suite.ts'
import { folk, folkCard, type House, houseOf, never } from '../../services/directory/port-house.suite.ts'
import { vcardDirectory } from './directory-vcard.ts'

function house(...files: readonly string[]): House {
  return houseOf(vcardDirectory, readSettings({ 'directory.vcard.files': files }))
}

async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'parley-cards-'))
  context.after(() => rm(path, { recursive: true }))
  return path
}

const named = (name: string): string => writeVcard({ name, mail: [], numbers: [] })

directoryPortSuite('a file of address cards', async () => {
  const path = await mkdtemp(join(tmpdir(), 'parley-cards-'))
  await writeFile(join(path, 'folk.vcf'), folk.map(folkCard).join(''))
  const { port, next } = house(join(path, 'folk.vcf'))
  port.start()
  await next()
  return { port, close: () => rm(path, { recursive: true }) }
})

test('a file that changes is read again, and one that is gone or no file of cards says so and takes nothing away', async (context) => {
  const at = await folder(context)
  const [one, two] = [join(at, 'one.vcf'), join(at, 'two.vcf')]
  await writeFile(one, named('Ada'))
  const { port, next, names, clock } = house(one, two)
  port.start()
  const first = await next()
  assert.deepEqual([first.is, first.entries, first.error?.code], ['ready', 1, 'directory-file-unreadable'])
  await writeFile(two, named('Bea') + 'BEGIN:VCARD\nEND:VCARD\n')
  clock.pass(5000)
  const second = await next()
  assert.deepEqual([second.is, second.entries, second.error?.detail], ['ready', 2, 'cards: 1'])
  assert.deepEqual(await names('bea'), ['Bea'])
  await writeFile(join(at, 'new'), named('Cleo') + named('Dora'))
  await rename(join(at, 'new'), two)
  clock.pass(5000)
  assert.deepEqual([(await next()).entries, await names('bea'), await names('dora')], [3, [], ['Dora']])
  await rm(two)
  clock.pass(5000)
  const gone = await next()
  assert.deepEqual([gone.error?.code, gone.error?.detail?.endsWith('ENOENT')], ['directory-file-unreadable', true])
  assert.deepEqual(await names('dora'), ['Dora'])
  await port.stop()
  assert.equal(clock.pending, 0)
  await assert.rejects(names('dora'), { code: 'directory-unavailable' })
})

test('a file that is none of cards, a folder, and one that is too large are told as that', async (context) => {
  const at = await folder(context)
  const none = join(at, 'none.vcf')
  await writeFile(none, 'BEGIN:VCALENDAR\nEND:VCALENDAR\n')
  for (const [path, why] of [
    [none, /no address card/],
    [at, /EISDIR/],
    ['/dev/zero', /50 MB|no address card/],
  ] as const) {
    const { port, next } = house(path)
    port.start()
    const { is, error } = await next()
    assert.deepEqual([is, error?.code], ['failed', 'directory-file-unreadable'])
    assert.match(error?.detail ?? '', why)
    await port.stop()
  }
})

test('a hundred thousand cards are read without keeping the process from its work, and each is found in a moment', async (context) => {
  const path = join(await folder(context), 'many.vcf')
  const cards = Array.from({ length: 100_000 }, (_, n) =>
    writeVcard({
      uid: `u${n}`,
      name: `Given${n % 977} Family${n}`,
      given: `Given${n % 977}`,
      family: `Family${n}`,
      organisation: 'Example',
      mail: [`g${n}@example.com`],
      numbers: [{ number: `+1 303 ${String(n).padStart(7, '0')}`, kind: 'work' }],
    }),
  )
  await writeFile(path, cards.join(''))
  const { port, next, names } = house(path)
  port.start()
  // A breath of work, and never the whole: how long one takes is the machine's affair.
  let breaths = 0
  let isRead = false
  const breathing = (): void => {
    breaths++
    if (!isRead) setImmediate(breathing)
  }
  setImmediate(breathing)
  assert.equal((await next()).entries, 100_000)
  isRead = true
  assert.ok(breaths > 500, `${breaths}`)
  assert.deepEqual(await names('family99999'), ['Given345 Family99999'])
  assert.deepEqual(await names('g99998@'), ['Given344 Family99998'])
  assert.deepEqual(
    (await port.byNumber(['+13030099997'], never())).map(({ name }) => name),
    ['Given343 Family99997'],
  )
  assert.equal((await port.byAddress('G5@example.com', never()))?.name, 'Given5 Family5')
  await port.stop()
})
