export { jitsiConferences } from './conferences-jitsi.ts'
