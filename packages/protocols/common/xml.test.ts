import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { elementAt, elementsIn, isXml, readXml, textAt, textOf, writeXml, xml, type XmlElement } from './xml.ts'

function read(text: string): XmlElement {
  const found = readXml(text)
  assert.ok(isXml(found), JSON.stringify(found))
  return found
}

describe('XML', () => {
  test('elements, attributes, text and namespaces are read', () => {
    const root = read('<a:b xmlns:a="urn:x" k="1 &lt; 2"><c>one</c><c/> <d><![CDATA[<&>]]></d></a:b>')
    assert.deepEqual([root.name, root.local, root.uri, root.attributes['k']], ['a:b', 'b', 'urn:x', '1 < 2'])
    assert.equal(elementsIn(root, 'c').length, 2)
    assert.equal(textAt(root, 'd'), '<&>')
    assert.equal(textAt(root, 'c'), 'one')
    assert.equal(elementAt(root, 'c', 'e'), undefined)
  })

  test('what is not well-formed is a fault with its line', () => {
    for (const text of ['', ' ', 'no', '<a>', '<a></b>', '<a k=1/>', '<a/><b/>', '<a>&nbsp;</a>', '<p:a/>']) {
      assert.ok('fault' in readXml(text), text)
    }
    assert.deepEqual(readXml('<a>\n<b></a>'), { fault: 'unexpected close tag.', at: 2 })
  })

  test('a document type is refused, so that no entity is ever expanded', () => {
    assert.deepEqual(readXml('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'), { fault: 'a document type', at: 1 })
  })

  test('size and depth are bounded', () => {
    assert.ok('fault' in readXml(`<a>${'x'.repeat(100)}</a>`, { mostCharacters: 50 }))
    assert.ok('fault' in readXml('<a>'.repeat(100_000)))
    assert.ok('fault' in readXml(`${'<a>'.repeat(65)}${'</a>'.repeat(65)}`))
    assert.ok(isXml(readXml(`${'<a>'.repeat(64)}${'</a>'.repeat(64)}`)))
  })

  test('what is written is read back', () => {
    const text = fc.string({ unit: 'binary' }).map((s) => s.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, ''))
    fc.assert(
      fc.property(text, text, (value, inner) => {
        const root = read(writeXml(xml('a', { value }, [xml('b', {}, [inner]), xml('c')])))
        assert.equal(root.attributes['value'], value)
        assert.equal(elementsIn(root, 'b')[0]?.content.join('').trim(), inner.trim())
        assert.equal(textOf(elementsIn(root, 'c')[0] as XmlElement), '')
      }),
    )
  })
})
