export { type HistoryService, history } from './history.ts'
export type { HistoryPort } from './port.ts'
