// X.509 version 3 certificates (RFC 5280) for a lab and for tests: P-256 keys, names and addresses as alternative names.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIP, isIPv4 } from 'node:net'

export interface Certificate {
  /** PEM. */
  readonly cert: string
  /** PEM, PKCS #8. */
  readonly key: string
}

export interface CertificateRequest {
  /** The subject's common name. */
  readonly subject: string
  /** DNS names and IP addresses. */
  readonly names?: readonly string[]
  readonly validFrom: Date
  readonly validTo: Date
  /** Who signs; itself unless said. */
  readonly issuer?: { readonly subject: string; readonly key: string }
  /** Whether it may sign others. */
  readonly authority?: boolean
}

export function makeCertificate(request: CertificateRequest): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signer = request.issuer?.key ?? privateKey
  const body = sequence(
    context(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    name(request.issuer?.subject ?? request.subject),
    sequence(time(request.validFrom), time(request.validTo)),
    name(request.subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    context(3, sequence(...extensions(request))),
  )
  const signature = sign('sha256', body, signer)
  const der = sequence(body, ecdsaWithSha256, bits(signature))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}

function extensions({ names = [], authority = false }: CertificateRequest): Buffer[] {
  const basic = sequence(...(authority ? [Buffer.from([0x01, 0x01, 0xff])] : []))
  // keyCertSign and cRLSign, or digitalSignature.
  const usage = Buffer.from(authority ? [0x03, 0x02, 0x01, 0x06] : [0x03, 0x02, 0x07, 0x80])
  const list = [extension([0x55, 0x1d, 0x13], true, basic), extension([0x55, 0x1d, 0x0f], true, usage)]
  if (names.length > 0) list.push(extension([0x55, 0x1d, 0x11], false, sequence(...names.map(alternativeName))))
  return list
}

function alternativeName(text: string): Buffer {
  if (!isIP(text)) return tagged(0x82, Buffer.from(text, 'latin1'))
  if (isIPv4(text)) return tagged(0x87, Buffer.from(text.split('.').map(Number)))
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const [head = [], tail = []] = halves
  const groups = [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail]
  return tagged(
    0x87,
    Buffer.from(groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff])),
  )
}

function extension(oid: number[], critical: boolean, value: Buffer): Buffer {
  return sequence(
    tagged(0x06, Buffer.from(oid)),
    ...(critical ? [Buffer.from([0x01, 0x01, 0xff])] : []),
    tagged(0x04, value),
  )
}

function name(common: string): Buffer {
  const attribute = sequence(tagged(0x06, Buffer.from([0x55, 0x04, 0x03])), tagged(0x0c, Buffer.from(common)))
  return sequence(tagged(0x31, attribute))
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280 §4.1.2.5). */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  return date.getUTCFullYear() < 2050 ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits))
}

function integer(value: Buffer): Buffer {
  return tagged(0x02, value)
}

function bits(value: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([0]), value]))
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts))
}

function context(number: number, value: Buffer): Buffer {
  return tagged(0xa0 | number, value)
}

function tagged(tag: number, value: Buffer): Buffer {
  const { length } = value
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), value])
}

const ecdsaWithSha256 = sequence(tagged(0x06, Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02])))
