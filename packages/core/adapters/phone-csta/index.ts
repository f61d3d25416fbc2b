export { cstaPhone } from './phone.ts'
