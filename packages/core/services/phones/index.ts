export { type PhonesService, phones } from './phones.ts'
