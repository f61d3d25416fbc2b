// A vCard as a directory has it.
import { createHash } from 'node:crypto'
import type { Vcard } from '@openparley/protocols/vcard'
import type { HeldCard } from './held.ts'

/** `id`: where its source has a name for it; else what it says, in a form that says nothing. */
export function cardOf({ uid, photo, ...card }: Vcard, id: string | undefined): HeldCard {
  const names = [uid ?? '', card.name, card.numbers[0]?.number ?? '', card.mail[0] ?? '']
  return {
    ...card,
    mail: [...card.mail],
    name: card.name ?? '',
    id:
      id ??
      createHash('sha256')
        .update(uid ?? names.join('\n'))
        .digest('base64url')
        .slice(0, 22),
    hasPhoto: photo !== undefined && photo.base64.length < longestPhoto,
    ...(photo === undefined ? {} : { photo: photo.base64 }),
  }
}

/** What a picture may have in base64, blanks and all. */
const longestPhoto = 900_000
