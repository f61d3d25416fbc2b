// Which phone a person means by desk, soft, its address, its number or its id.
import type { Session } from '@openparley/sdk'

export async function phoneNamed(session: Session, name: string): Promise<string> {
  const { phones } = (await session.phones.get()).state
  const usable = phones.filter(({ notAllowed }) => notAllowed === undefined)
  const exact = phones.find(({ id, address, number }) => [id, address, number].includes(name))
  const byKind = usable.filter(({ kind }) => kind === name)
  const found = exact ?? (byKind.length === 1 ? byKind[0] : undefined)
  if (found) return found.id
  const choice = phones.map(({ kind, address }) => `${kind} ${address}`).join('; ')
  throw new Error(
    byKind.length > 1
      ? `Several phones are ${name}: name one by its address: ${choice}.`
      : `There is no phone ${name}: there are ${choice}.`,
  )
}
