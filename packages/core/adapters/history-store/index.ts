export { historyStore } from './history-store.ts'
