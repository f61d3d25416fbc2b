export { type JanusOptions, type JanusPort, type JanusState, janusConferences } from './conferences-janus.ts'
