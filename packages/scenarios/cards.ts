// Address cards as people have them: what journeys of the directory begin with.

export interface CardText {
  readonly uid: string
  readonly name: string
  readonly number?: string
  /** For chat. */
  readonly address?: string
  readonly title?: string
  /** In base64. */
  readonly photo?: string
}

/** A vCard of version 3.0, as phones and mail programs write one. */
export function cardText({ uid, name, number, address, title, photo }: CardText): string {
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `UID:${uid}`,
    `FN:${name}`,
    `N:${name.split(' ').toReversed().join(';')};;;`,
    ...(number === undefined ? [] : [`TEL;TYPE=WORK,VOICE:${number}`]),
    ...(address === undefined ? [] : [`IMPP:xmpp:${address}`]),
    ...(title === undefined ? [] : [`TITLE:${title}`]),
    ...(photo === undefined ? [] : [`PHOTO;ENCODING=b;TYPE=PNG:${photo}`]),
    'END:VCARD',
  ]
  return `${lines.join('\r\n')}\r\n`
}
