import { readFileSync } from 'node:fs'
import { connect } from '@openparley/sdk'

// Answers whoever writes, until somebody writes "bye".
const settings = JSON.parse(readFileSync(process.argv[2] ?? 'alice.json', 'utf8'))

const core = await connect({ application: 'chat', role: 'approve' })
const me = await core.open(settings)
for await (const seen of me.chat.watch()) {
  if (seen.type === 'snapshot') console.log('listening')
  if (seen.type !== 'change' || seen.change.type !== 'message' || seen.change.message.state !== 'received') continue
  const { conversation, text, id } = seen.change.message
  console.log(`${conversation}: ${text}`)
  await me.chat.send({ to: conversation, text: `You said: ${text}`, replyTo: id })
  if (text === 'bye') break
}
core.close()
