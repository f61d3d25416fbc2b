export type { QualityMetrics } from './metrics.ts'
export {
  qualityEvent,
  type QualityReport,
  qualityType,
  readQualityReport,
  type SoundAddress,
  writeQualityReport,
} from './report.ts'
