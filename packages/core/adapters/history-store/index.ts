export { historyStore, migrations } from './history-store.ts'
