export { headerBytes, type RtpView, readRtp, rtpView, writeRtpHeader } from './packet.ts'
export {
  ntpTime,
  type Report,
  type ReportBlock,
  type Rtcp,
  readRtcp,
  roundTripMs,
  type SenderInfo,
  writeRtcp,
} from './rtcp.ts'
export { Source } from './source.ts'
export { EventReceiver, eventDuration, keys, writeEvent } from './telephone-event.ts'
