// The video of calls: this side's picture, and whether there is video at all.
import { z } from 'zod'
import { CallId } from './values.ts'
import { method } from './vocabulary.ts'

const example = { call: 'call_AAAAAAAAAAAAAAAAAAAAAA' }
const onCall = z.object({ call: CallId })

/** Methods of `calls`, which holds the rest. */
export const videoActs = {
  addVideo: method({
    doc: 'Send this side’s picture: asks the other side for video where there is none yet, takes what it has asked for, and goes on after `pauseVideo`. Answers when the other side has: `video` of the call is active then, or still offered where their person is asked. The call’s endpoint is a page that was opened with video.',
    since: '0.1',
    scope: 'calls.control',
    params: onCall,
    result: z.object({}),
    errors: [
      'call-unknown',
      'call-claimed',
      'call-wrong-state',
      'video-no-page',
      'video-refused',
      'media-no-port',
      'call-failed',
      'phone-unavailable',
    ],
    example,
  }),
  pauseVideo: method({
    doc: 'Send no picture of this side for now, and see the other side’s. Answers when the other side has agreed.',
    since: '0.1',
    scope: 'calls.control',
    params: onCall,
    result: z.object({}),
    errors: ['call-unknown', 'call-claimed', 'call-wrong-state', 'video-refused', 'call-failed', 'phone-unavailable'],
    example,
  }),
  removeVideo: method({
    doc: 'Go on without video, or refuse what the other side has asked for. Answers when it is so.',
    since: '0.1',
    scope: 'calls.control',
    params: onCall,
    result: z.object({}),
    errors: ['call-unknown', 'call-claimed', 'call-wrong-state', 'call-failed', 'phone-unavailable'],
    example,
  }),
}
