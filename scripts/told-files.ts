// A reporter for Node's test runner: a line of JSON for each file, when it ends.
import type { TestEvent } from 'node:test/reporters'

export interface ToldFile {
  readonly file: string
  readonly ok: boolean
  readonly ms: number
}

export default async function* toldFiles(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const failed = new Set<string>()
  for await (const { type, data } of events) {
    if (type === 'test:fail' && data.file !== undefined) failed.add(data.file)
    if (type !== 'test:summary' || data.file === undefined) continue
    const told: ToldFile = {
      file: data.file,
      ok: data.success && !failed.has(data.file),
      ms: Math.round(data.duration_ms),
    }
    failed.delete(data.file)
    yield `${JSON.stringify(told)}\n`
  }
  // A file that could not even be run has no summary.
  for (const file of failed) yield `${JSON.stringify({ file, ok: false, ms: 0 } satisfies ToldFile)}\n`
}
