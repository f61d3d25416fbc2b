// Addresses of servers that a password, a secret or a token goes to.
import { z } from 'zod'

/**
 * One server’s address: `secure` anywhere, `plain` to this machine alone, over loopback: what goes there in the clear nobody else reads. No name and
 * no password are in it.
 */
export function serverAddress(secure: 'https:' | 'wss:', plain: 'http:' | 'ws:'): z.ZodType<string, string> {
  return z
    .url()
    .max(2048)
    .refine(
      (text) => {
        if (!URL.canParse(text)) return false
        const { protocol, hostname, username, password } = new URL(text)
        const isSafe = protocol === secure || (protocol === plain && loopback.test(hostname))
        return isSafe && username === '' && password === ''
      },
      { error: `${secure}, or ${plain} on this machine, and no password in it` },
    )
}

/** Several, best first; a string is a list of one. */
export function serverAddresses(
  secure: 'https:' | 'wss:',
  plain: 'http:' | 'ws:',
): z.ZodType<string[], string | string[]> {
  const one = serverAddress(secure, plain)
  return z.union([one.transform((single) => [single]), z.array(one).min(1).max(16)])
}

/** As URLs write hosts, however a person did: 127.1 is 127.0.0.1 there. */
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/
