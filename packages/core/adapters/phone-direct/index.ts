export { directPhone } from './phone.ts'
