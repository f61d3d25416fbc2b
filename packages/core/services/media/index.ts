export { type MediaService, media } from './media.ts'
export type {
  BrowserState,
  Codec,
  Endpoint,
  Leg,
  LegEvent,
  MediaDescription,
  MediaPort,
  SoundFiles,
  WayServer,
} from './port.ts'
export { type Streams, streams } from './streams.ts'
