// Where a person's secrets are kept: in the system's key store, or where there is none in an encrypted file.
// The file keeps secrets out of backups and greps and away from other users. Who can read all of this user's files can read
// the key as well, which lies beside it: against them only the system's key store helps.
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ParleyError } from '@openparley/contract'

export type Secrets = Readonly<Record<string, unknown>>

export interface SecretStore {
  /** Where they are, for people. */
  readonly from: string
  /** All of the person's. Rejects with `secret-store-unusable`. */
  load(): Promise<Secrets>
  save(all: Secrets): Promise<void>
}

/** In memory as long as the session. */
export function noSecretStore(): SecretStore {
  let kept: Secrets = {}
  return {
    from: 'this session',
    load: async () => kept,
    save: async (all) => {
      kept = all
    },
  }
}

/** In the system's key store under that account; undefined where this machine has none that works. */
export async function keyring(account: string): Promise<SecretStore | undefined> {
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring')
    const entry = new AsyncEntry('Parley', account)
    // Without a key store this already fails.
    await entry.getPassword()
    const acted = async <T>(act: () => Promise<T>): Promise<T> => {
      try {
        return await act()
      } catch (thrown) {
        throw unusable('the system’s key store', thrown)
      }
    }
    return {
      from: 'the system’s key store',
      load: () => acted(async () => readSecrets((await entry.getPassword()) ?? '{}')),
      save: (all) => acted(() => entry.setPassword(JSON.stringify(all))),
    }
  } catch {
    // No module for this system, no key store, or one that is locked: the file takes its place.
    return undefined
  }
}

/** AES-256-GCM; the key by scrypt from a file of random bytes. */
export function secretFile(folder: string): SecretStore {
  const [file, keyFile] = [join(folder, 'secrets'), join(folder, 'secrets.key')]
  const acted = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act()
    } catch (thrown) {
      throw unusable(file, thrown)
    }
  }
  return {
    from: file,
    load: () =>
      acted(async () => {
        const sealed = await unlessMissing(readFile(file))
        if (!sealed) return {}
        const [salt, nonce, tag] = [sealed.subarray(0, 16), sealed.subarray(16, 28), sealed.subarray(28, 44)]
        const opened = createDecipheriv('aes-256-gcm', await derive(await readFile(keyFile), salt), nonce).setAuthTag(
          tag,
        )
        return readSecrets(Buffer.concat([opened.update(sealed.subarray(44)), opened.final()]).toString())
      }),
    save: (all) =>
      acted(async () => {
        const [salt, nonce] = [randomBytes(16), randomBytes(12)]
        const cipher = createCipheriv('aes-256-gcm', await derive(await keyIn(keyFile), salt), nonce)
        const body = Buffer.concat([cipher.update(JSON.stringify(all)), cipher.final()])
        await writeFile(`${file}.new`, Buffer.concat([salt, nonce, cipher.getAuthTag(), body]), { mode: 0o600 })
        await rename(`${file}.new`, file)
      }),
  }
}

async function keyIn(file: string): Promise<Buffer> {
  const known = await unlessMissing(readFile(file))
  if (known) return known
  const key = randomBytes(32)
  await writeFile(file, key, { mode: 0o600, flag: 'wx' })
  return key
}

async function unlessMissing(reading: Promise<Buffer>): Promise<Buffer | undefined> {
  try {
    return await reading
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw thrown
  }
}

const derive = promisify<Buffer, Buffer, Buffer>((key, salt, done) => scrypt(key, salt, 32, done))

function readSecrets(text: string): Secrets {
  const read: unknown = JSON.parse(text)
  return typeof read === 'object' && read !== null ? (read as Secrets) : {}
}

function unusable(where: string, thrown: unknown): ParleyError {
  const { code, name } = thrown as NodeJS.ErrnoException
  return new ParleyError('secret-store-unusable', `${where}: ${code ?? name}`)
}
