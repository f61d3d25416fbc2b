import assert from 'node:assert/strict'
import { test } from 'node:test'
import { safeFileName, typeOfName } from './file-names.ts'

test('a name from others holds no folder, no control character, and nothing that turns text around', () => {
  for (const [given, name] of [
    ['photo.png', 'photo.png'],
    ['très cool 🎉.png', 'très cool 🎉.png'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\a.txt', 'a.txt'],
    ['photo\u202Egnp.exe', 'photognp.exe'],
    ['a\u0000b\r\nc\u001b[2J.txt', 'abc[2J.txt'],
    ['..', 'file'],
    ['.bashrc', 'bashrc'],
    ['name. . ', 'name'],
    ['a:b|c?.txt', 'a_b_c_.txt'],
    ['NUL.txt', '_NUL.txt'],
    ['\uD800.txt', '_.txt'],
    ['', 'file'],
  ] as const)
    assert.equal(safeFileName(given), name, JSON.stringify(given))
})

test('a name that is too long is cut, and its ending is kept', () => {
  const name = safeFileName(`${'ü'.repeat(5000)}.png`)
  assert.ok(new TextEncoder().encode(name).length <= 200)
  assert.match(name, /^ü+\.png$/)
})

test('the ending alone says what a file is, in whichever case, and a program is called one', () => {
  assert.equal(typeOfName('a.PNG'), 'image/png')
  assert.equal(typeOfName('a.png.exe'), 'application/x-msdownload')
  for (const name of ['a', 'a.', 'a.__proto__', 'a.constructor', 'png'])
    assert.equal(typeOfName(name), 'application/octet-stream', name)
})
