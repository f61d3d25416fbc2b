import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'

test('a process goes on when a thread that has used Opus ends', async () => {
  const opus = new URL('./opus.ts', import.meta.url).href
  const thread = `
    const { loadOpus, opusDecoder, opusEncoder } = await import(${JSON.stringify(opus)})
    await loadOpus()
    const packet = new Uint8Array(400)
    const bytes = opusEncoder().encode(new Int16Array(320), packet, 0)
    opusDecoder().decode(packet, 0, bytes, new Int16Array(320))
    const { parentPort } = await import('node:worker_threads')
    parentPort.postMessage('used')
    parentPort.on('message', () => {})`
  const main = `
    import { once } from 'node:events'
    import { Worker } from 'node:worker_threads'
    for (let threads = 0; threads < 2; threads++) {
      const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(thread)})))
      await once(worker, 'message')
      await worker.terminate()
    }
    console.log('goes on')`
  // In a process of its own: the failure is its end, by a signal.
  const child = spawn(process.execPath, ['--input-type=module', '--eval', main], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let complaint = ''
  child.stdout.on('data', (chunk) => (said += chunk))
  child.stderr.on('data', (chunk) => (complaint += chunk))
  const [code, signal] = await once(child, 'close')
  assert.deepEqual({ code, signal, said }, { code: 0, signal: null, said: 'goes on\n' }, complaint)
})
