// Settings of the soft phone as a device of a call manager (softphone.flavor cucm). The device's configuration gives most of them.
import { z } from 'zod'
import { setting } from './entry.ts'

const text = z.string().max(1024)

export const cucmPhoneSettings = {
  'softphone.cucm.device': setting({
    doc: 'The device’s name, which the call manager knows the phone by.',
    since: '0.1',
    schema: z.string().regex(/^[\w.-]{1,50}$/),
    applies: 'sign-in',
  }),
  'softphone.cucm.model': setting({
    doc: 'The number of the device’s model at the call manager: 503 is the Client Services Framework.',
    since: '0.1',
    schema: z.number().int().min(1).max(99_999),
    default: 503,
    applies: 'sign-in',
  }),
  'softphone.cucm.contact': setting({
    doc: 'The user part of the line’s Contact.',
    since: '0.1',
    schema: z.string().regex(/^[\w.+~*-]{1,128}$/),
    applies: 'sign-in',
  }),
  'softphone.cucm.instance': setting({
    doc: 'What tells this phone from every other, as twelve hexadecimal digits (+sip.instance); made from the device’s name unless said.',
    since: '0.1',
    schema: z.string().regex(/^[\da-f]{12}$/i),
    applies: 'sign-in',
  }),
  'softphone.cucm.userAgent': setting({
    doc: 'What the phone calls itself.',
    since: '0.1',
    schema: text,
    default: 'Cisco-CSF',
    applies: 'sign-in',
  }),
  'softphone.cucm.supported': setting({
    doc: 'The option tags of a REGISTER. The default is from observed phones; a call manager may want others.',
    since: '0.1',
    schema: z.array(z.string().regex(/^[\w.-]+$/)).max(64),
    default: [
      'replaces',
      'join',
      'sdp-anat',
      'norefersub',
      'X-cisco-callinfo',
      'X-cisco-service-control',
      'X-cisco-config',
    ] as string[],
    applies: 'sign-in',
  }),
  'softphone.cucm.alarm': setting({
    doc: 'The text of the Reason of a REGISTER, for the call manager’s alarms; NAME is the device’s. 111 in place of 25 takes the line from another phone that holds it.',
    since: '0.1',
    schema: text,
    default: 'cisco-alarm:25 Name=NAME Last=initialized',
    applies: 'sign-in',
  }),
  'softphone.cucm.registerBody': setting({
    doc: 'Whether a REGISTER says in its body what the phone takes by remote call control.',
    since: '0.1',
    schema: z.boolean(),
    default: true,
    applies: 'sign-in',
  }),
  'softphone.cucm.keepAliveS': setting({
    doc: 'How often, in seconds, the call manager that would be next is asked whether it is there.',
    since: '0.1',
    schema: z.number().int().min(1).max(86_400),
    default: 120,
    applies: 'sign-in',
  }),
  'softphone.cucm.registerDeltaS': setting({
    doc: 'How long, in seconds, before a registration ends it is refreshed (timerRegisterDelta).',
    since: '0.1',
    schema: z.number().int().min(1).max(3600),
    applies: 'sign-in',
  }),
  'softphone.cucm.versionStamp': setting({
    doc: 'The stamp of the device’s configuration: a call manager that names another one has changed it.',
    since: '0.1',
    schema: text,
    applies: 'sign-in',
  }),
  'softphone.cucm.steadyS': setting({
    doc: 'How long, in seconds, a better call manager must have answered before the phone goes back to it.',
    since: '0.1',
    schema: z.number().int().min(0).max(86_400),
    default: 120,
    applies: 'sign-in',
  }),
} as const
