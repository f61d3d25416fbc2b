export { amiPhone } from './phone.ts'
