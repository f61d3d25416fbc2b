import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isRegFile, type RegKey, readReg, writeReg } from './reg-file.ts'

const adminData = 'HKEY_CURRENT_USER\\Software\\Policies\\Cisco Systems, Inc.\\Client Services Framework\\AdminData'

/** As regedit saves it: UTF-16LE with its mark. */
function wide(text: string): Uint8Array {
  const bytes = Buffer.from(`\uFEFF${text.replaceAll('\n', '\r\n')}`, 'utf16le')
  return new Uint8Array(bytes)
}

function read(bytes: Uint8Array): readonly RegKey[] {
  const keys = readReg(bytes)
  assert.ok(isRegFile(keys), 'fault' in keys ? keys.fault : '')
  return keys
}

/** The layout of an export of regedit's: every kind of value, lines broken where it breaks them. */
const exported = `Windows Registry Editor Version 5.00

[${adminData}]
@="the key's own"
"TftpServer1"="cucm1.example.com"
"CcmcipServerValidation"=dword:00000001
"Path"="C:\\\\Program Files\\\\\\"Parley\\""
"ImagePath"=hex(2):25,00,53,00,79,00,73,00,74,00,65,00,6d,00,52,00,6f,00,6f,00,\\
  74,00,25,00,5c,00,53,00,79,00,73,00,74,00,65,00,6d,00,33,00,32,00,5c,00,73,\\
  00,76,00,63,00,00,00
"Some"=hex(7):61,00,00,00,62,00,00,00,00,00
"Wide"=hex(b):01,00,00,00,00,00,00,80
"Raw"=hex:01,ff
"None"=hex(0):
"Gone"=-

[-HKEY_CURRENT_USER\\Software\\Old]

`

describe('a registry file', () => {
  test('of every kind of value is read', () => {
    const [key, old] = read(wide(exported))
    assert.deepEqual(
      [key?.path, key?.deleted, old?.path, old?.deleted],
      [adminData, false, 'HKEY_CURRENT_USER\\Software\\Old', true],
    )
    const values = Object.fromEntries((key?.values ?? []).map(({ name, data }) => [name, data]))
    assert.deepEqual(values, {
      '': { type: 'sz', text: "the key's own" },
      TftpServer1: { type: 'sz', text: 'cucm1.example.com' },
      CcmcipServerValidation: { type: 'dword', number: 1 },
      Path: { type: 'sz', text: 'C:\\Program Files\\"Parley"' },
      ImagePath: { type: 'expand-sz', text: '%SystemRoot%\\System32\\svc' },
      Some: { type: 'multi-sz', texts: ['a', 'b'] },
      Wide: { type: 'qword', number: 0x8000000000000001n },
      Raw: { type: 'binary', bytes: Uint8Array.of(1, 255), kind: 3 },
      None: { type: 'none', bytes: new Uint8Array(), kind: 0 },
      Gone: undefined,
    })
  })

  test('is written byte for byte as regedit writes it', () => {
    assert.deepEqual(
      Buffer.from(writeReg(read(wide(exported)))).toString('utf16le'),
      Buffer.from(wide(exported)).toString('utf16le'),
    )
  })

  test('of the older form is in the code page, with narrow texts', () => {
    const text = `REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\A]\r\n"Name"="caf\u00e9 \u0080"\r\n"Path"=hex(2):25,41,25,00\r\n\r\n`
    const bytes = new Uint8Array(Buffer.from(text, 'latin1'))
    const [key] = read(bytes)
    assert.deepEqual(
      key?.values.map(({ data }) => data),
      [
        { type: 'sz', text: 'café €' },
        { type: 'expand-sz', text: '%A%' },
      ],
    )
  })

  test('that is none, or is broken, is told with its line', () => {
    for (const [text, line] of [
      ['', 1],
      ['[HKEY_CURRENT_USER\\A]', 1],
      ['Windows Registry Editor Version 5.00\n"A"="b"', 2],
      ['Windows Registry Editor Version 5.00\n\n[HKEY_CURRENT_USER\\A]\nwhat', 4],
      ['Windows Registry Editor Version 5.00\n\n[HKEY_CURRENT_USER\\A]\n"A"=hex:0g', 4],
      ['Windows Registry Editor Version 5.00\n\n[HKEY_CURRENT_USER\\A]\n"A"=dword:123456789', 4],
    ] as const) {
      const fault = readReg(wide(text))
      assert.ok(!isRegFile(fault), text)
      assert.equal(fault.line, line, text)
    }
  })

  test('comments and empty lines say nothing', () => {
    assert.equal(
      read(wide('Windows Registry Editor Version 5.00\n\n; a comment\n[HKEY_CURRENT_USER\\A]\n ; one more\n'))[0]
        ?.values.length,
      0,
    )
  })

  test('is read back as it was written, whatever the values', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 }).map((each) => each.replace(/[\0\r\n]/g, ''))
    const data = fc.oneof(
      text.map((each) => ({ type: 'sz' as const, text: each })),
      text.map((each) => ({ type: 'expand-sz' as const, text: each })),
      fc
        .array(
          text.filter((each) => each !== ''),
          { maxLength: 3 },
        )
        .map((texts) => ({ type: 'multi-sz' as const, texts })),
      fc.nat(0xffffffff).map((number) => ({ type: 'dword' as const, number })),
      fc.bigInt(0n, 2n ** 64n - 1n).map((number) => ({ type: 'qword' as const, number })),
      fc.uint8Array({ maxLength: 100 }).map((bytes) => ({ type: 'binary' as const, bytes, kind: 3 })),
    )
    fc.assert(
      fc.property(fc.uniqueArray(text), fc.array(data), (names, all) => {
        const values = names.slice(0, all.length).map((name, n) => ({ name, data: all[n] as (typeof all)[number] }))
        const keys = [{ path: 'HKEY_CURRENT_USER\\A]b', deleted: false, values }]
        assert.deepEqual(read(writeReg(keys)), keys)
      }),
      // No line of the file ends by what Unicode calls a line separator.
      { examples: [[['\u2028'], [{ type: 'sz', text: 'a\u2029\u2028' }]]] },
    )
  })

  test('of any bytes is read or refused, never thrown', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readReg(bytes)))
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => void readReg(wide(`REGEDIT4\n[A]\n${text}`))))
  })
})
