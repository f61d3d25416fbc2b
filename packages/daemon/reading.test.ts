// What a core reads as it starts, before anybody has signed in.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'

/** Prints the address of every module that is read for a core, in a process of its own. */
const program = `
  import { registerHooks } from 'node:module'
  const read = []
  registerHooks({
    load: (url, context, next) => {
      if (url.startsWith('file:')) read.push(url)
      return next(url, context)
    },
  })
  const { builtInCore } = await import(${JSON.stringify(new URL('./built-in.ts', import.meta.url).href)})
  await import(${JSON.stringify(new URL('./process.ts', import.meta.url).href)})
  const { startInProcess } = await import(${JSON.stringify(new URL('./in-process.ts', import.meta.url).href)})
  const host = await startInProcess()
  await host.close()
  console.log(JSON.stringify(read))
`

test('an idle core reads no more modules than it needs, and no library that only some sessions do', () => {
  const said = execFileSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program],
    { encoding: 'utf8', timeout: 60_000, env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
  )
  const read = JSON.parse(said.trim().split('\n').at(-1) ?? '') as string[]
  // What a core is made of is among them, so that this counts what it is to count.
  assert.ok(read.some((url) => url.endsWith('/core/compose-session.ts')))
  for (const library of ['imapflow', 'postal-mime', 'ical.js', 'ldapts', 'libphonenumber-js'])
    assert.deepEqual(
      read.filter((url) => url.includes(`/node_modules/${library}/`)),
      [],
      library,
    )
  assert.ok(
    read.length <= most,
    `${read.length} modules are read, at most ${most} were: load what few need when it is needed`,
  )
})

/** 788 on 2026-11-29, and a little room for what every core needs. */
const most = 810
