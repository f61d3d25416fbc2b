// Phones: what can make calls for the person.
import { z } from 'zod'
import { Capability } from './call.ts'
import { ErrorValue, PhoneId, Time } from './values.ts'
import { change, method, service } from './vocabulary.ts'

export const PhoneState = z
  .object({
    /** off: not asked to be ready; connecting; ready; waiting: failed, will be tried again; failed: will not. */
    is: z.enum(['off', 'connecting', 'ready', 'waiting', 'failed']),
    since: Time,
    /** The server that it uses or tried last. */
    server: z.string().optional(),
    error: ErrorValue.optional(),
    /** When it is tried again. */
    nextTryAt: Time.optional(),
  })
  .describe('How a phone stands with its server.')
export type PhoneState = z.output<typeof PhoneState>

export const Phone = z
  .object({
    id: PhoneId,
    kind: z.enum(['soft', 'desk']),
    /** The address that others call: sip:alice@example.com. */
    address: z.string(),
    state: PhoneState,
    /** What is dialled to reach it, where that is known. */
    number: z.string().optional(),
    /** Whether it acts for the person where no other is named. */
    chosen: z.boolean(),
    /** What it can do at all: no call of it offers more. */
    can: z.array(Capability),
    /** What of its line can be set: none where nobody but its server sets it. */
    sets: z.array(z.enum(['forwardedTo', 'doNotDisturb'])),
    line: z
      .object({
        /** The number that it is called by. */
        number: z.string(),
        /** As its server names it; the number where it has no name. */
        label: z.string(),
        /** Which key of the device it has, from 1 on. */
        button: z.number().int(),
        /** The device that it is a line of. */
        of: z.string(),
        /** The number of its voicemail. */
        voicemail: z.string().optional(),
      })
      .optional()
      .describe('Which line of a device it is: each line of a call manager’s device is a phone of its own.'),
    device: z
      .object({
        name: z.string(),
        description: z.string(),
        /** As the server writes it. */
        model: z.string(),
      })
      .optional()
      .describe('As the call manager’s list of the person’s devices has it.'),
    messages: z
      .object({
        waiting: z.boolean(),
        /** How many nobody has heard yet, and how many were heard. */
        fresh: z.number().int().optional(),
        old: z.number().int().optional(),
      })
      .optional()
      .describe('Messages that wait for the person.'),
    /** Where its server sends all calls instead. */
    forwardedTo: z.string().optional(),
    doNotDisturb: z.boolean().optional(),
    /** A sentence that its server wants shown. Text from others: never markup. */
    notice: z.string().optional(),
    /** Why the person may not use it here; absent where they may. */
    notAllowed: z.string().optional(),
  })
  .describe('Something that makes calls.')
export type Phone = z.output<typeof Phone>

const onPhone = PhoneId.optional().describe('The phone that acts for the person unless said.')

const setErrors = [
  'phone-unknown',
  'phone-unavailable',
  'phone-line-refused',
  'setting-locked',
  'store-unusable',
  'secret-store-unusable',
] as const

export const phones = service({
  doc: 'The phones of the person who is signed in, and how they are.',
  perSession: true,
  watched: {
    scope: 'phones.read',
    state: z.object({ phones: z.array(Phone) }),
    changes: {
      phone: change({ doc: 'A phone is new or has changed.', since: '0.1', payload: z.object({ phone: Phone }) }),
    },
  },
  methods: {
    use: method({
      doc: 'Let this phone act for the person from now on; remembered for the person. Calls on other phones go on.',
      since: '0.1',
      scope: 'phones.control',
      params: z.object({ phone: PhoneId }),
      result: z.object({}),
      errors: ['phone-unknown', 'phone-not-allowed', 'setting-locked', 'store-unusable', 'secret-store-unusable'],
      example: { phone: 'phone_AAAAAAAAAAAAAAAAAAAAAA' },
    }),
    forward: method({
      doc: 'Send all calls of a phone’s line on to another number, or no longer. The other phones of the person follow with phones.inStep.',
      since: '0.1',
      scope: 'phones.control',
      params: z.object({
        phone: onPhone,
        to: z.string().min(1).max(256).optional().describe('Absent: calls ring here again.'),
      }),
      result: z.object({}),
      errors: [...setErrors, 'number-invalid', 'number-denied'],
      example: {},
    }),
    doNotDisturb: method({
      doc: 'Keep a phone’s line from ringing, or no longer. The other phones of the person follow with phones.inStep.',
      since: '0.1',
      scope: 'phones.control',
      params: z.object({ phone: onPhone, on: z.boolean() }),
      result: z.object({}),
      errors: setErrors,
      example: { on: false },
    }),
  },
})
