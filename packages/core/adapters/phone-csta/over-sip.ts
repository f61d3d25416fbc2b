// CSTA in a dialog of SIP (uaCSTA: ECMA TR/87): the INVITE asks how the server is, each service is an INFO and its answer the body of the answer.
import { errorValue, type Settings } from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { type CstaMessage, readMessage, writeMessage } from '@openparley/protocols/csta'
import { isSip, parseUri, type SipUri, writeUri } from '@openparley/protocols/sip'
import type { Carried, Carry } from '../../links/csta/index.ts'
import { type ControlAnswer, credentialsOf, type Failure, openControlDialog } from '../../links/sip/index.ts'
import { trustIn } from '../../runtime/trust.ts'
import type { World } from '../../runtime/world.ts'

export interface SipOptions {
  readonly world: World
  readonly settings: Settings
  readonly password: () => string | undefined
  readonly dns: () => DnsResolver
}

export function overSip({ world, settings, password, dns }: SipOptions): Carry {
  const user = settings['deskPhone.user'] ?? settings['user.name'] ?? 'anonymous'
  const [name = '', domain] = user.split('@', 2)
  const edition = settings['deskPhone.csta.edition']
  const { 'deskPhone.uacsta.realms': realms = [] } = settings
  const body = writeMessage({ is: 'RequestSystemStatus' }, edition)
  return async (text, { signal, received, over }) => {
    const server = serverOf(text, settings)
    if (!server) return errorValue('setting-missing', `deskPhone.servers: ${text}`)
    /** What is answered to what they ask just now. */
    let reply: string | undefined
    const dialog = await openControlDialog({
      world,
      dns: dns(),
      server,
      trust: trustIn(settings, 'deskPhone'),
      credentials: credentialsOf({ user, password, realms, learnsFrom: 'any' }, world.dice),
      to: settings['deskPhone.uacsta.gateway'] ?? writeUri({ ...server, params: new Map() }),
      from: `sip:${encodeURIComponent(name)}@${domain ?? server.host}`,
      user: encodeURIComponent(name),
      describes: { contentType: 'application/csta+xml', fields: [['Content-Disposition', 'signal;handling=required']] },
      body,
      signal,
      asked: (asked) => {
        reply = undefined
        received(ofTheirs, asked)
        return reply
      },
      over: (why) => over(valueOf(why)),
    })
    if ('code' in dialog) return valueOf(dialog)
    const status = dialog.answer === undefined ? undefined : readMessage(dialog.answer)
    const isNormal = status?.is === 'RequestSystemStatusResponse' && /^(normal|enabled)$/.test(status.systemStatus)
    if (status && !isNormal) {
      await dialog.close()
      return errorValue('server-failed', status.is === 'RequestSystemStatusResponse' ? status.systemStatus : status.is)
    }
    const send: Carried['send'] = (said) => {
      if (said.what === 'answer') reply = said.text
      else
        dialog.ask(said.text, (answer) => {
          if (answer) received(said.invokeId, textOf(answer))
        })
    }
    return { send, close: () => dialog.close() }

    function textOf({ status: code, reason, body: answered }: ControlAnswer): string {
      const message = readMessage(answered)
      // What a server says in CSTA counts, whatever it says in SIP.
      if (message.is === 'CSTAErrorCode' || (code < 300 && message.is !== 'Fault')) return answered
      const refusal: CstaMessage = { is: 'CSTAErrorCode', category: 'sip', value: `${code} ${reason}`.slice(0, 80) }
      return writeMessage(refusal, edition)
    }
  }
}

function serverOf(text: string, settings: Settings): SipUri | undefined {
  const transport = settings['deskPhone.tls'] ? 'tls' : settings['deskPhone.uacsta.transport']
  const uri = parseUri(/^sips?:/i.test(text) ? text : `sip:${text};transport=${transport}`)
  return isSip(uri) ? uri : undefined
}

function valueOf({ code, detail, peer }: Failure): ReturnType<typeof errorValue> {
  return errorValue(code, detail, peer)
}

/** Requests of ours are numbered from 1. */
const ofTheirs = 0
