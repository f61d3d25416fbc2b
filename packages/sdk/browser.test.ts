import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

/** Every file that a page loads with `entry`, as JavaScript. */
function loaded(entry: string, known: Map<string, string> = new Map()): Map<string, string> {
  if (known.has(entry)) return known
  const code = stripTypeScriptTypes(readFileSync(entry, 'utf8'))
  known.set(entry, code)
  for (const [, from] of code.matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'/gm)) {
    assert.match(String(from), /^\.\//, `${entry} needs ${from} at run time`)
    loaded(join(dirname(entry), String(from)), known)
  }
  return known
}

function withoutComments(code: string): string {
  return code.replace(/\/\*.*?\*\//gs, '').replace(/^\s*\/\/.*$/gm, '')
}

test('a page loads the SDK’s own files alone, no schema library and nothing of Node', () => {
  const files = loaded(join(import.meta.dirname, 'browser.ts'))
  assert.ok(files.size >= 8, `${files.size} files`)
  for (const [name, code] of files)
    assert.doesNotMatch(withoutComments(code), /node:|\bprocess\b|\bBuffer\b|\brequire\(/, name)
})

test('the SDK for pages has at most 19 kB after gzip, before any minifying', () => {
  const all = [...loaded(join(import.meta.dirname, 'browser.ts')).values()].join('\n')
  const size = gzipSync(all).length
  // More than half of it are the sentences of the errors, which grow with the contract.
  assert.ok(size <= 19_000, `${size} bytes`)
})
