// Who is told how calls sounded: PUBLISH of the event vq-rtcpxr (RFC 6035 §4), to anybody at the lab.
import { qualityEvent, qualityType, readQualityReport } from '@openparley/protocols/quality'
import type { SipRequest } from '@openparley/protocols/sip'
import type { Recorder } from '../record.ts'

/** How it is answered; undefined where it is of something else. */
export function collected(
  { method, headers, body }: SipRequest,
  tag: string,
  recorder: Recorder,
): { readonly status: number; readonly headers?: [string, string][] } | undefined {
  const event = headers.get('Event')?.split(';')[0]?.trim().toLowerCase()
  if (method !== 'PUBLISH' || event !== qualityEvent) return undefined
  if (headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase() !== qualityType) return { status: 415 }
  const report = readQualityReport(new TextDecoder().decode(body))
  if (!report) return { status: 400 }
  recorder.quality(report)
  // RFC 3903 §6: a name for it, which nobody comes back to.
  const answer: [string, string][] = [
    ['SIP-ETag', tag],
    ['Expires', '0'],
  ]
  return { status: 200, headers: answer }
}
