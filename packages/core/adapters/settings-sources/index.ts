export { settingsFormats } from './formats.ts'
export { ownSettings } from './own.ts'
