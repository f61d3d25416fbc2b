// The guides are true: every command in them is run, in order, in a folder with the files that they name.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Lab, startLab } from '@openparley/lab'

const root = join(import.meta.dirname, '..')
const guides = join(root, 'docs/guide')

/** The commands of a guide: what stands in its blocks of `sh`. */
function commandsOf(text: string): string[] {
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => (block as string).trim())
}

describe('the guides', { concurrency: 1 }, async () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
  })
  after(() => lab.close())

  for (const name of (await readdir(guides)).filter((each) => each.endsWith('.md'))) {
    test(`${name}: every command does what it says`, { timeout: 120_000 }, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'parley-guide-'))
      const bin = join(folder, '.bin')
      await mkdir(bin)
      // `npx parley` means this workspace's, and no network.
      const npx = `#!/bin/sh\nshift\nexec '${process.execPath}' '${join(root, 'packages/cli/bin/parley.mjs')}' "$@"\n`
      await writeFile(join(bin, 'npx'), npx)
      await chmod(join(bin, 'npx'), 0o755)
      await writeFile(join(bin, 'node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`)
      await chmod(join(bin, 'node'), 0o755)
      await symlink(join(root, 'examples'), join(folder, 'examples'))
      await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
      for (const { name: person, settings, xmpp, desk, voicemail } of lab.people) {
        await writeFile(join(folder, `${person}-desk.json`), JSON.stringify({ ...settings, ...desk }))
        await writeFile(join(folder, `${person}.json`), JSON.stringify(settings))
        await writeFile(join(folder, `${person}-chat.json`), JSON.stringify(xmpp))
        await writeFile(join(folder, `${person}-voicemail.json`), JSON.stringify(voicemail))
      }
      const env = {
        ...process.env,
        PATH: `${bin}${delimiter}${process.env['PATH']}`,
        PARLEY_HOME: join(folder, 'home'),
      }
      const run = (command: string): Promise<string | undefined> =>
        new Promise((resolve) => {
          const options = { cwd: folder, env, timeout: 60_000 }
          execFile('/bin/sh', ['-euc', command], options, (error, out, complaint) =>
            resolve(error ? `${command}\n${error.message}\n${out}${complaint}` : undefined),
          )
        })
      try {
        const commands = commandsOf(await readFile(join(guides, name), 'utf8'))
        assert.ok(commands.length > 0, 'a guide without a command')
        for (const command of commands) assert.equal(await run(command), undefined)
      } finally {
        await run('npx parley stop')
        await rm(folder, { recursive: true, force: true, maxRetries: 10 })
      }
    })
  }
})
