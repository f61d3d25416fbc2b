export { type ConfigService, config } from './config.ts'
