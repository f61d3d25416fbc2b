// What people say of themselves: how else they are reached, and how they look.
import { z } from 'zod'

const short = z.string().max(1024)

export const CardNumber = z.object({
  /** As its owner writes it. */
  number: z.string().max(256),
  kind: z.enum(['work', 'home', 'mobile', 'other']),
})
export type CardNumber = z.output<typeof CardNumber>

export const Card = z
  .object({
    name: short.optional(),
    organisation: short.optional(),
    title: short.optional(),
    numbers: z.array(CardNumber).max(16),
    mail: z.array(short).max(16),
    note: z.string().max(4096).optional(),
  })
  .describe(
    'What a person says of themselves (vCard, RFC 6350). Text from others: never markup, and nobody has checked it.',
  )
export type Card = z.output<typeof Card>

export const photoTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const

export const Photo = z
  .object({
    type: z.enum(photoTypes),
    content: z.string().max(700_000).describe('The picture in base64: half a million bytes at most.'),
  })
  .describe('A picture of a person.')
export type Photo = z.output<typeof Photo>
