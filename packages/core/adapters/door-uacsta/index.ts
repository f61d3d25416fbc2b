export { type UacstaDoor, uacstaDoor } from './door.ts'
