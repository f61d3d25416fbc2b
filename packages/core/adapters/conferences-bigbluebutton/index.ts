export { bigBlueButtonConferences } from './conferences-bigbluebutton.ts'
