export { type ConfigService, config } from './config.ts'
export { layered } from './layers.ts'
