export { cstaPhone, uacstaPhone } from './ways.ts'
