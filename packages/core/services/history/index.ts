export { type HistoryService, history } from './history.ts'
