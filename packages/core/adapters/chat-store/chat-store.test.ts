import { after, describe } from 'node:test'
import { storeLink } from '../../links/store/index.ts'
import { chatStoreSuite } from '../../services/chat/store.suite.ts'
import { chatStore } from './chat-store.ts'

describe('conversations in the user’s store', () => {
  const link = storeLink()
  after(() => link.close())
  chatStoreSuite(async () => chatStore(link.open(undefined)))
})
