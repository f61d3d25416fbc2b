// The behaviour that every directory shows, wherever its entries are: held against each adapter of the directory port.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DirectoryPort, Listed } from './port.ts'
import { folk, namesOf, never } from './port-house.suite.ts'

/** What somebody might type, to be told more than they asked for. None of it stands in anybody's entry. */
const harmful = [
  '*)(objectClass=*',
  'zo*',
  'z)(|(cn=*',
  '\\2a',
  '\\',
  '(((((',
  ')))))',
  '&|!',
  'a\u0000b',
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  '%s%s%n',
  '"><script>',
  'x&max=500&start=0',
  'Zoë\r\nBYE',
]

export interface DirectoryUnderTest {
  readonly port: DirectoryPort
  close(): Promise<void>
}

/** What a directory may be without, and why: printed with the tests that are left out for it. */
export type Lack = 'photo' | 'chat' | 'company'

/** `open` makes a directory in which `folk` stand, begun and ready. */
export function directoryPortSuite(
  name: string,
  open: () => Promise<DirectoryUnderTest>,
  lacks: Readonly<Partial<Record<Lack, string>>> = {},
): void {
  const wholeTest = (title: string, does: (house: House) => Promise<void>, ...needs: Lack[]): void => {
    const lack = needs.find((each) => lacks[each] !== undefined)
    test(title, { timeout: 30_000, ...(lack === undefined ? {} : { skip: `${lack}: ${lacks[lack]}` }) }, async () => {
      const { port, close } = await open()
      try {
        await does({ port, find: finder(port), one: async () => theOne(await finder(port)('Ångström')) })
      } finally {
        await port.stop()
        await close()
      }
    })
  }
  describe(`${name} is a directory`, () => {
    wholeTest('people are found by the beginning of any of their names, whatever its case', async ({ find }) => {
      assert.deepEqual(namesOf(await find('zeb')), ['Zebedee Quill'])
      assert.deepEqual(namesOf(await find('QUIL')), ['Zebedee Quill'])
      assert.deepEqual(namesOf(await find('ZOË')), ['Zoë Ångström'])
      assert.deepEqual(namesOf(await find('ångs')), ['Zoë Ångström'])
    })

    wholeTest('several words are each looked for, in any order', async ({ find }) => {
      assert.deepEqual(namesOf(await find('Quill Zeb')), ['Zebedee Quill'])
      assert.deepEqual(namesOf(await find('Zebedee Zander')), [])
    })

    wholeTest('nobody is found by what nobody is called', async ({ find }) => {
      assert.deepEqual(await find('xyzzyplugh'), [])
    })

    wholeTest('an entry has what the directory knows', async ({ one }) => {
      const [somebody] = folk
      const { given, family, mail, numbers, title } = await one()
      assert.deepEqual([given, family, mail], [somebody.given, somebody.family, [somebody.mail]])
      assert.deepEqual(numbers.map((each) => `${each.kind} ${each.number}`).toSorted(), [
        `mobile ${somebody.mobile}`,
        `work ${somebody.work}`,
      ])
      assert.equal(title, somebody.title)
    })

    wholeTest(
      'an entry has the company and the department',
      async ({ one }) => {
        const { organisation, department } = await one()
        assert.deepEqual([organisation, department], [folk[0].organisation, folk[0].department])
      },
      'company',
    )

    wholeTest('no more are found than are asked for', async ({ port }) => {
      assert.equal((await port.search({ text: 'z', limit: 1 }, never())).length, 1)
    })

    wholeTest('an entry is found again by its id, and has the same', async ({ port, one }) => {
      const found = await one()
      assert.deepEqual(await port.entry(found.id, never()), found)
    })

    wholeTest('an id that is nobody’s, or is none, names nobody', async ({ port }) => {
      for (const id of ['nobody', '', '../admin', 'Y249YWRtaW4', '\u0000', 'x'.repeat(4096)])
        assert.equal(await port.entry(id, never()), undefined, id.slice(0, 20))
    })

    wholeTest('who has a number is told by any form in which it is written there', async ({ port }) => {
      const byNumber = async (...forms: string[]): Promise<string[]> => namesOf(await port.byNumber(forms, never()))
      assert.deepEqual(await byNumber('+493099999', folk[1].work), ['Zebedee Quill'])
      assert.deepEqual(await byNumber(folk[0].mobile), ['Zoë Ångström'])
      assert.deepEqual(await byNumber('+49 30 5550199'), [])
      assert.deepEqual(await byNumber('*', '224*', '(|(2244))'), [])
    })

    wholeTest('who has a mail address is told, whatever its case', async ({ port }) => {
      assert.equal((await port.byAddress('Zebedee.Quill@Folk.example', never()))?.name, 'Zebedee Quill')
      assert.equal(await port.byAddress('nobody@folk.example', never()), undefined)
      assert.equal(await port.byAddress('*@folk.example', never()), undefined)
    })

    wholeTest(
      'who has an address for chat is told',
      async ({ port, one }) => {
        assert.equal((await one()).address, folk[0].address)
        assert.equal((await port.byAddress(folk[0].address, never()))?.name, 'Zoë Ångström')
      },
      'chat',
    )

    wholeTest(
      'a picture is given of who has one',
      async ({ port, one, find }) => {
        const found = await one()
        assert.equal(found.hasPhoto, true)
        assert.deepEqual(await port.photo(found.id, never()), { type: 'image/png', content: folk[0].photo })
        const bare = theOne(await find('Zebedee'))
        assert.equal(bare.hasPhoto, false)
        assert.equal(await port.photo(bare.id, never()), undefined)
      },
      'photo',
    )

    wholeTest('a name that is syntax somewhere is a name like any other', async ({ port, find }) => {
      const found = theOne(await find('*Xan (x='))
      assert.deepEqual([found.given, found.family], [folk[3].given, folk[3].family])
      assert.deepEqual(theOne(await find('O\\Neil, <b>&')), found)
      assert.deepEqual(await port.entry(found.id, never()), found)
    })

    wholeTest('what is typed is text and never syntax', async ({ find }) => {
      for (const text of harmful) assert.deepEqual(namesOf(await find(text)), [], JSON.stringify(text))
    })

    wholeTest(
      'what is asked ends when nobody waits for it any more, and the next is answered',
      async ({ port, find }) => {
        const given = new AbortController()
        const searching = Array.from({ length: 5 }, () =>
          port.search({ text: 'z', limit: 10 }, given.signal).then(
            () => 'found',
            () => 'ended',
          ),
        )
        given.abort()
        await Promise.all(searching)
        assert.deepEqual(namesOf(await find('zeb')), ['Zebedee Quill'])
      },
    )
  })
}

interface House {
  readonly port: DirectoryPort
  find(text: string): Promise<readonly Listed[]>
  /** The first of the folk. */
  one(): Promise<Listed>
}

function finder(port: DirectoryPort): House['find'] {
  return (text) => port.search({ text, limit: 25 }, never())
}

function theOne(found: readonly Listed[]): Listed {
  assert.equal(found.length, 1, JSON.stringify(found))
  return found[0] as Listed
}
