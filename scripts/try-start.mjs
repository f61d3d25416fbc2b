// The README's first command as somebody meets it: `npm start` in the folder where this is run starts, prints its addresses, answers at
// each, and ends with nothing left behind on SIGTERM. Plain JavaScript, for the Node that the machine has.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const child = spawn('npm', ['start'], { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
const exited = once(child, 'exit')
/** Of npm, its shell and the program. */
const group = -Number(child.pid)
const limitMs = 120_000
const impatience = setTimeout(() => fail(`it took longer than ${limitMs} ms`), limitMs)

let said = ''
const found = new Map()
for await (const chunk of child.stdout.setEncoding('utf8')) {
  said += chunk
  for (const [, name, address] of said.matchAll(/^ +(Alice|Bob|Status) +(http:\S+)$/gm))
    found.set(name, new URL(address))
  if (found.size === 3) break
}
if (found.size < 3) await fail(`it printed no addresses:\n${said}`)
for (const [name, { origin, pathname, hash }] of found) {
  const page = await fetch(origin + pathname)
  if (page.status !== 200 || !/<html/i.test(await page.text())) await fail(`${name}'s page: ${page.status}`)
  const exchange = await fetch(`${origin}/exchange`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ code: hash.slice('#code='.length) }),
  })
  if (exchange.status !== 200) await fail(`${name}'s code: ${exchange.status} ${await exchange.text()}`)
}
// As a terminal does: to npm, its shell and the program alike.
process.kill(group, 'SIGTERM')
await exited
const [{ origin }] = found.values()
if (
  await fetch(origin).then(
    () => true,
    () => false,
  )
)
  await fail('the core is still there')
clearTimeout(impatience)
console.log(`npm start: ${[...found.keys()].join(', ')} answer, and SIGTERM ends it`)

async function fail(why) {
  console.error(`npm start: ${why}`)
  try {
    process.kill(group, 'SIGKILL')
  } catch {
    // It has ended already.
  }
  process.exit(1)
}
