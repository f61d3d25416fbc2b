export { type HealthService, health } from './health.ts'
