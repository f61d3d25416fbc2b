// Holds recordings against speech on a thread of its own: other calls of this process go on meanwhile.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type Comparison, compareSpeech, type Sound } from '@openparley/media'

export async function compare(reference: Sound, recording: Sound): Promise<Comparison> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { reference, recording } })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

if (!isMainThread && isAsked(workerData)) parentPort?.postMessage(compareSpeech(workerData))

/** This file may be read on a thread of somebody else, too. */
function isAsked(data: unknown): data is { reference: Sound; recording: Sound } {
  return typeof data === 'object' && data !== null && 'reference' in data && 'recording' in data
}
