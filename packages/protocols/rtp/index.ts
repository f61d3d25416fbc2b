export { EventSender } from './event-sender.ts'
export { type Feedback, readFeedback, writeFir, writePli } from './feedback.ts'
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
export { type RtcpSession, rtcpInterval } from './rtcp-interval.ts'
export { Source } from './source.ts'
export { EventReceiver, eventDuration, keys, writeEvent } from './telephone-event.ts'
export {
  type SrtpOptions,
  type SrtpProfile,
  type SrtpProfileName,
  SrtpReceiver,
  type SrtpRefusal,
  SrtpSender,
  type SrtpSenderOptions,
  type SrtpSendRefusal,
  srtpProfileOfDtls,
  srtpProfiles,
  srtpRoom,
} from './srtp/index.ts'
