export { type WebexConferences, webexConferences } from './conferences-webex.ts'
