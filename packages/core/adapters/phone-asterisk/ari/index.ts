export { ariPhone } from './phone.ts'
